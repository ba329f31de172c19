import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cacheFolder } from './bases/folders.ts'
import { runOrThrow } from './command.ts'
import { isInstalled } from './debian-programs.ts'

export interface RegistryOptions {
  /** Where the registry keeps its blobs and manifests. */
  readonly dataFolder: string
  /** Refuses pushes, so that several registries can serve one folder. */
  readonly readOnly?: boolean
  /** A free port when not given. */
  readonly port?: number
  /** Further lines of its configuration, JSON-like: `auth`, `http` headers ... merged at the top level. */
  readonly configuration?: Readonly<Record<string, unknown>>
}

/** A docker-registry process on a free port of 127.0.0.1, speaking plain HTTP. */
export interface RunningRegistry extends AsyncDisposable {
  readonly port: number
  /** `127.0.0.1:PORT`, as it stands in image names. */
  readonly host: string
  readonly pid: number
  stop(): Promise<void>
}

/** Starts a registry and returns when it listens. It ends with this process in any case. */
export async function startRegistry(options: RegistryOptions): Promise<RunningRegistry> {
  const program = await registryProgram()
  const folder = mkdtempSync(join(tmpdir(), 'tare-registry-'))
  const file = join(folder, 'config.json')
  writeFileSync(file, JSON.stringify(configuration(options)))
  // setpriv: the registry ends with this process even when that is killed.
  const child = spawn('setpriv', ['--pdeathsig', 'TERM', program, 'serve', file], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const forget = endWithUs(child)
  const port = await listeningPort(child).finally(() => rmSync(folder, { recursive: true }))
  const stop = async () => {
    forget()
    if (child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill()
    await ended
  }
  return { port, host: `127.0.0.1:${port}`, pid: child.pid!, stop, [Symbol.asyncDispose]: stop }
}

/** JSON is YAML. */
function configuration(options: RegistryOptions): unknown {
  return {
    version: '0.1',
    log: { level: 'info', accesslog: { disabled: true } },
    storage: {
      filesystem: { rootdirectory: options.dataFolder },
      delete: { enabled: true },
      maintenance: { readonly: { enabled: options.readOnly === true } },
    },
    http: { addr: `127.0.0.1:${options.port ?? 0}` },
    ...options.configuration,
  }
}

/** The registry names the port that the kernel chose in its log. */
async function listeningPort(child: ChildProcess): Promise<number> {
  let log = ''
  return new Promise((resolve, reject) => {
    child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      if (log.length < 65_536) log += text
      const port = /listening on 127\.0\.0\.1:(\d+)/.exec(log)?.[1]
      if (port !== undefined) resolve(Number(port))
    })
    child.on('error', reject)
    child.on('exit', code => reject(new Error(`starting docker-registry: exit code ${code}\n${log}`)))
  })
}

function endWithUs(child: ChildProcess): () => void {
  const end = () => child.kill()
  process.on('exit', end)
  return () => process.off('exit', end)
}

/**
 * docker-registry on $PATH, else the one in Debian's package, unpacked into the cache folder: installing the package
 * would start a service on port 5000.
 */
async function registryProgram(): Promise<string> {
  if (isInstalled('docker-registry')) return 'docker-registry'
  const home = join(cacheFolder(), 'tools', 'docker-registry')
  const program = join(home, 'usr/bin/docker-registry')
  if (isInstalled(program)) return program
  if (!isInstalled('apt-get')) throw new Error('finding docker-registry: not installed, and this is not a Debian')
  const making = `${home}.making-${process.pid}`
  mkdirSync(join(making, 'download'), { recursive: true })
  await runOrThrow('apt-get', ['download', '-qq', '-o', 'APT::Sandbox::User=root', 'docker-registry'], {
    cwd: join(making, 'download'),
  })
  const archive = readdirSync(join(making, 'download'))[0]
  await runOrThrow('dpkg-deb', ['--extract', join(making, 'download', archive!), making])
  rmSync(home, { recursive: true, force: true })
  renameSync(making, home)
  return program
}
