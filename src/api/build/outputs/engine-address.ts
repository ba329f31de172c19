import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { apiError } from '../../errors.ts'
import type { Environment } from '../../workspace.ts'

/** Where a Docker or Podman can be spoken to, by HTTP over a socket. */
export type EngineAddress =
  | { readonly socketPath: string }
  | { readonly host: string; readonly port: number; readonly certificates?: string | undefined }

/**
 * Whom the user named: by `$DOCKER_HOST`, the context that the docker command uses, or `$CONTAINER_HOST`. Throws `LOAD_FAILED`
 * for an address that Tare cannot speak to.
 */
export function namedEngine(env: Environment): EngineAddress | undefined {
  const named = env['DOCKER_HOST'] || contextHost(env) || env['CONTAINER_HOST']
  return named ? parseAddress(named, env) : undefined
}

/** Where one may be listening, Docker before Podman. */
export function usualEngines(env: Environment): readonly EngineAddress[] {
  const runtime = env['XDG_RUNTIME_DIR']
  const sockets = [
    '/var/run/docker.sock',
    ...(runtime ? [join(runtime, 'docker.sock')] : []),
    '/run/podman/podman.sock',
    ...(runtime ? [join(runtime, 'podman/podman.sock')] : []),
  ]
  return sockets.filter(existsSync).map(socketPath => ({ socketPath }))
}

export function formatAddress(address: EngineAddress): string {
  return 'socketPath' in address ? address.socketPath : `${address.host}:${address.port}`
}

function parseAddress(text: string, env: Environment): EngineAddress {
  const [, scheme, rest = ''] = /^(\w+):\/\/(.*)$/.exec(text) ?? []
  if (scheme === 'unix' && rest.startsWith('/')) return { socketPath: rest }
  if (scheme === 'tcp' || scheme === 'http' || scheme === 'https') {
    const url = URL.parse(`http://${rest}`)
    const secure = scheme === 'https' || Boolean(env['DOCKER_TLS_VERIFY'])
    const certificates = secure ? env['DOCKER_CERT_PATH'] || dockerConfig(env) : undefined
    if (url) return { host: url.hostname, port: Number(url.port) || (secure ? 2376 : 2375), certificates }
  }
  throw apiError('LOAD_FAILED', `loading into Docker: the address ${text} is not supported`, {
    hint: 'Expected unix:///path/to/socket or tcp://host:port.',
  })
}

function dockerConfig(env: Environment): string {
  return env['DOCKER_CONFIG'] || join(env['HOME'] || homedir(), '.docker')
}

/** The address of the context chosen by `docker context use` or `$DOCKER_CONTEXT`; undefined for the default one. */
function contextHost(env: Environment): string | undefined {
  const directory = dockerConfig(env)
  const name = env['DOCKER_CONTEXT'] || readJson(join(directory, 'config.json'))?.['currentContext']
  if (typeof name !== 'string' || name === '' || name === 'default') return undefined
  const id = createHash('sha256').update(name).digest('hex')
  const meta = readJson(join(directory, 'contexts/meta', id, 'meta.json')) as ContextMeta | undefined
  const host = meta?.Endpoints?.docker?.Host
  if (typeof host === 'string' && host !== '') return host
  throw apiError('LOAD_FAILED', `loading into Docker: context ${JSON.stringify(name)} is not there`, {
    hint: 'See `docker context ls`, or set DOCKER_HOST.',
  })
}

interface ContextMeta {
  readonly Endpoints?: { readonly docker?: { readonly Host?: unknown } }
}

function readJson(path: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'))
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}
