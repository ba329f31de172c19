import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import type { Readable } from 'node:stream'

export interface RegistryProcessOptions {
  /** Wants the credentials `REGISTRY_USER` / `REGISTRY_PASSWORD` by basic authentication. */
  readonly auth?: boolean | undefined
  /** PEM files: speaks TLS. */
  readonly tls?: { readonly certificate: string; readonly key: string } | undefined
  /** Bearer authentication with this token server; tokens are signed by the certificate's key. */
  readonly token?: { readonly realm: string; readonly issuer: string; readonly certificate: string } | undefined
  /** Kept when given; else a new folder that goes with the process. */
  readonly root?: string | undefined
}

/** A real registry on loopback. `host` is `127.0.0.1:<port>`, `root` its storage. */
export interface RegistryProcess extends AsyncDisposable {
  readonly host: string
  readonly root: string
  readonly pid: number
  /** Everything it has said so far: one JSON line for each request. */
  log(): string
  /** Ends the process and waits for it; `root` goes too if it was made here. */
  stop(): Promise<void>
}

export const REGISTRY_USER = 'tester'
export const REGISTRY_PASSWORD = 's3cret pass'
const BCRYPT = '$2y$05$abcdefghijklmnopqrstuu1qdcFaS0PtqFUPzaCxLQ8/0lspH0ZEW'

type Child = ChildProcessByStdio<null, Readable, Readable>

/** Undefined where Debian's docker-registry is not installed: tests skip and say so. */
export function registryProgram(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  return folders.map(folder => join(folder, 'docker-registry')).find(path => existsSync(path))
}

/** Starts docker-registry on a free port and waits until it listens. */
export async function startRegistry(options: RegistryProcessOptions = {}): Promise<RegistryProcess> {
  const program = registryProgram()
  if (program === undefined) throw new Error('starting a registry: docker-registry is not installed')
  const folder = await mkdtemp(join(tmpdir(), 'tare-registry-'))
  const root = options.root ?? join(folder, 'storage')
  await writeFile(join(folder, 'htpasswd'), `${REGISTRY_USER}:${BCRYPT}\n`)
  await writeFile(join(folder, 'config.yml'), configuration(folder, root, options))
  const child = spawn(program, ['serve', join(folder, 'config.yml')], { stdio: ['ignore', 'pipe', 'pipe'] })
  const killWithUs = (): void => void child.kill('SIGKILL')
  process.once('exit', killWithUs)
  const exited = new Promise<void>(resolve => child.once('close', () => resolve()))
  const said: string[] = []
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL')
    await exited
    process.off('exit', killWithUs)
    await rm(folder, { recursive: true, force: true })
  }
  const port = await listening(child, said).catch(async error => {
    await stop()
    throw error
  })
  const host = `127.0.0.1:${port}`
  return { host, root, pid: child.pid ?? 0, log: () => said.join(''), stop, [Symbol.asyncDispose]: stop }
}

function listening(child: Child, said: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const hear = (chunk: Buffer): void => {
      said.push(chunk.toString('utf8'))
      const port = /listening on 127\.0\.0\.1:(\d+)/.exec(said.join(''))?.[1]
      if (port !== undefined) resolve(port)
    }
    child.stdout.on('data', hear)
    child.stderr.on('data', hear)
    child.once('error', reject)
    child.once('close', code => reject(new Error(`starting a registry: exit code ${code}\n${said.join('')}`)))
  })
}

function configuration(folder: string, root: string, { auth, tls, token }: RegistryProcessOptions): string {
  const lines = [
    'version: 0.1',
    'log: { level: info, formatter: json }',
    'storage:',
    `  filesystem: { rootdirectory: ${JSON.stringify(root)} }`,
    '  delete: { enabled: true }',
    'http:',
    '  addr: 127.0.0.1:0',
    '  secret: for-tests-only',
  ]
  if (tls) lines.push(`  tls: ${JSON.stringify(tls)}`)
  if (auth) lines.push('auth:', `  htpasswd: { realm: tests, path: ${JSON.stringify(join(folder, 'htpasswd'))} }`)
  if (token) {
    const { realm, issuer, certificate } = token
    lines.push('auth:', `  token: ${JSON.stringify({ realm, issuer, service: 'tests', rootcertbundle: certificate })}`)
  }
  return `${lines.join('\n')}\n`
}
