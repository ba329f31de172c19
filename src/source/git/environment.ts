import type { Authorization } from './authorization.ts'
import { type GitOptions, IDLE_TIMEOUT_MS } from './options.ts'

const TAKEN_OVER = ['PATH', 'SSL_CERT_FILE', 'SSL_CERT_DIR', 'GIT_SSL_CAINFO', 'GIT_SSL_CAPATH']
const PROXIES = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'NO_PROXY']

/** Of local files, `ext::` commands and the like nothing can be fetched, by submodules neither. */
const PROTOCOLS = 'git:http:https:ssh'

/**
 * The environment of git: what it does follows from this alone, not from the machine's or the user's configuration. No
 * hook runs, nothing is asked on a terminal, and secrets are on no command line.
 */
export function gitEnvironment(options: GitOptions, authorization: Authorization | undefined): Record<string, string> {
  const names = [...TAKEN_OVER, ...PROXIES.flatMap(name => [name, name.toLowerCase()])]
  const taken = names.map(name => [name, options.env[name]] as const).filter(([, value]) => value !== undefined)
  return {
    ...(Object.fromEntries(taken) as Record<string, string>),
    ...(options.sshSocket === undefined ? {} : { SSH_AUTH_SOCK: options.sshSocket }),
    HOME: '/dev/null',
    LC_ALL: 'C',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_TEMPLATE_DIR: '',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ALLOW_PROTOCOL: PROTOCOLS,
    GIT_PROTOCOL_FROM_USER: '0',
    GIT_SSH_COMMAND: sshCommand(options),
    ...configVariables(configuration(options, authorization)),
  }
}

function configuration(
  { idleTimeoutMs = IDLE_TIMEOUT_MS }: GitOptions,
  authorization: Authorization | undefined,
): readonly (readonly [string, string])[] {
  const fixed: [string, string][] = [
    ['core.hooksPath', '/dev/null'],
    ['core.fsmonitor', 'false'],
    // The logs name the machine and the time.
    ['core.logAllRefUpdates', 'false'],
    ['core.autocrlf', 'false'],
    ['gc.auto', '0'],
    ['maintenance.auto', 'false'],
    ['advice.detachedHead', 'false'],
    ['init.defaultBranch', 'main'],
    // So that nothing hangs on when Tare has been killed.
    ['http.lowSpeedLimit', '1'],
    ['http.lowSpeedTime', String(Math.ceil(idleTimeoutMs / 1000))],
  ]
  if (authorization === undefined) return fixed
  // git would send the header to wherever it is redirected.
  return [
    ...fixed,
    ['http.followRedirects', 'false'],
    [`http.${authorization.scope}.extraHeader`, authorization.header],
  ]
}

function configVariables(settings: readonly (readonly [string, string])[]): Record<string, string> {
  const variables = settings.flatMap(([key, value], n) => [
    [`GIT_CONFIG_KEY_${n}`, key],
    [`GIT_CONFIG_VALUE_${n}`, value],
  ])
  return { ...(Object.fromEntries(variables) as Record<string, string>), GIT_CONFIG_COUNT: String(settings.length) }
}

/** Only the agent's keys: a Dockerfile must not reach what the user's own keys open unless the build says so. */
function sshCommand({ knownHosts }: GitOptions): string {
  const settings = [
    'BatchMode=yes',
    'ConnectTimeout=30',
    'ServerAliveInterval=30',
    'IdentityFile=none',
    'StrictHostKeyChecking=accept-new',
    `UserKnownHostsFile=/dev/null${knownHosts === undefined ? '' : ` "${knownHosts}"`}`,
  ]
  return ['ssh -F /dev/null', ...settings.map(setting => `-o '${setting.replaceAll("'", "'\\''")}'`)].join(' ')
}
