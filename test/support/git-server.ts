import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type AddressInfo, connect, createServer as createSocketServer } from 'node:net'
import { dirname, join } from 'node:path'
import { runOrThrow } from '../../scripts/command.ts'

/** What tests commit is the same each time: 2001-02-03T04:05:06Z. */
const GIT_ENV = {
  GIT_AUTHOR_NAME: 'test',
  GIT_AUTHOR_EMAIL: 'test@example.com',
  GIT_COMMITTER_NAME: 'test',
  GIT_COMMITTER_EMAIL: 'test@example.com',
  GIT_AUTHOR_DATE: '2001-02-03T04:05:06Z',
  GIT_COMMITTER_DATE: '2001-02-03T04:05:06Z',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_COUNT: '2',
  GIT_CONFIG_KEY_0: 'init.defaultBranch',
  GIT_CONFIG_VALUE_0: 'main',
  GIT_CONFIG_KEY_1: 'protocol.file.allow',
  GIT_CONFIG_VALUE_1: 'always',
}

/** A repository on disk, `NAME.git` in a folder of such, with a work tree. */
export class TestRepository {
  readonly #work: string

  private constructor(work: string) {
    this.#work = work
  }

  static async create(folder: string, name: string): Promise<TestRepository> {
    const work = join(folder, `${name}.git`)
    mkdirSync(work, { recursive: true })
    const repository = new TestRepository(work)
    await repository.git('init', '-q')
    return repository
  }

  async git(...args: readonly string[]): Promise<string> {
    return (await runOrThrow('git', args, { cwd: this.#work, env: GIT_ENV })).stdout.trim()
  }

  /** In the work tree. */
  async sh(script: string): Promise<void> {
    await runOrThrow('bash', ['-euc', script], { cwd: this.#work, env: GIT_ENV })
  }

  write(path: string, content: string): void {
    mkdirSync(dirname(join(this.#work, path)), { recursive: true })
    writeFileSync(join(this.#work, path), content)
  }

  /** Commits everything in the work tree, and returns the hash. */
  async commit(files: Readonly<Record<string, string>> = {}): Promise<string> {
    for (const [path, content] of Object.entries(files)) this.write(path, content)
    await this.git('add', '-A')
    await this.git('commit', '-q', '--allow-empty', '-m', 'commit')
    return await this.git('rev-parse', 'HEAD')
  }
}

export interface GitServer extends AsyncDisposable {
  /** `git://127.0.0.1:PORT` or `http://127.0.0.1:PORT`, which `/NAME.git` follows. */
  readonly url: string
  /** Method, path and authorization of every request; of HTTP only. */
  readonly seen: readonly SeenRequest[]
}

export interface SeenRequest {
  readonly path: string
  readonly authorization: string | undefined
}

/** git's own daemon over a folder of repositories. */
export async function serveGitDaemon(folder: string): Promise<GitServer> {
  const port = await freePort()
  const args = ['daemon', '--export-all', `--base-path=${folder}`, '--listen=127.0.0.1', `--port=${port}`]
  // The wrapper `git` leaves the daemon behind when it is ended itself.
  const daemon = spawn('git', args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, ...GIT_ENV },
    detached: true,
  })
  await untilListening(port, daemon)
  return {
    url: `git://127.0.0.1:${port}`,
    seen: [],
    async [Symbol.asyncDispose]() {
      const end = once(daemon, 'close')
      process.kill(-(daemon.pid as number))
      await end
    },
  }
}

/**
 * Smart HTTP over a folder of repositories, by `git http-backend`. `intercept` may answer itself by returning true;
 * `authorization` is what every request must carry.
 */
export async function serveGitHttp(
  folder: string,
  options: {
    readonly authorization?: string
    readonly intercept?: (request: IncomingMessage, response: ServerResponse) => boolean
  } = {},
): Promise<GitServer> {
  const seen: SeenRequest[] = []
  const server = createServer((request, response) => {
    const { authorization } = request.headers
    seen.push({ path: request.url ?? '', authorization })
    if (options.intercept?.(request, response)) return
    if (options.authorization !== undefined && authorization !== options.authorization)
      response.writeHead(401, { 'www-authenticate': 'Basic realm="test"' }).end()
    else answerGit(folder, request, response)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

/**
 * Answers a request for one of the repositories in a folder by `git http-backend`. RFC 3875: the request in variables and
 * standard input, headers and body on standard output.
 */
export function answerGit(folder: string, request: IncomingMessage, response: ServerResponse): void {
  const [path = '', query = ''] = (request.url ?? '').split('?')
  const child = spawn('git', ['http-backend'], {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: {
      ...process.env,
      ...GIT_ENV,
      GIT_PROJECT_ROOT: folder,
      GIT_HTTP_EXPORT_ALL: '1',
      GIT_PROTOCOL: request.headers['git-protocol'] as string | undefined,
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'],
      CONTENT_TYPE: request.headers['content-type'],
      REQUEST_METHOD: request.method,
      REMOTE_ADDR: '127.0.0.1',
      PATH_INFO: path,
      QUERY_STRING: query,
    },
  })
  child.stdin.on('error', () => undefined)
  request.pipe(child.stdin)
  let head = Buffer.alloc(0)
  const onHead = (chunk: Buffer): void => {
    head = Buffer.concat([head, chunk])
    const end = head.indexOf('\r\n\r\n')
    if (end < 0) return
    child.stdout.off('data', onHead)
    const headers = Object.fromEntries(
      head
        .subarray(0, end)
        .toString('latin1')
        .split('\r\n')
        .map(line => line.split(/: (.*)/, 2) as [string, string]),
    )
    const { Status, ...rest } = headers
    response.writeHead(Number.parseInt(Status ?? '200', 10), rest)
    response.write(head.subarray(end + 4))
    child.stdout.pipe(response)
  }
  child.stdout.on('data', onHead)
}

async function freePort(): Promise<number> {
  const server = createSocketServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise(resolve => server.close(resolve))
  return port
}

async function untilListening(port: number, daemon: ChildProcess): Promise<void> {
  for (;;) {
    if (daemon.exitCode !== null) throw new Error(`git daemon ended with ${daemon.exitCode}`)
    const connected = await new Promise<boolean>(resolve => {
      const socket = connect(port, '127.0.0.1', () => resolve(true))
      socket.on('error', () => resolve(false)).on('connect', () => socket.destroy())
    })
    if (connected) return
  }
}
