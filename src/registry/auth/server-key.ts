/** The name under which Docker keeps the credentials of docker.io. */
const DOCKER_HUB_KEY = 'https://index.docker.io/v1/'

const DOCKER_HUB_HOSTS = new Set(['docker.io', 'index.docker.io', 'registry-1.docker.io'])

/** The host of whatever a user names a registry by: `https://host/v1/`, `host`, nothing for docker.io. */
export function serverHost(server: string | undefined): string {
  const host = normalizeKey(server ?? '').split('/', 1)[0] ?? ''
  return host === '' || DOCKER_HUB_HOSTS.has(host) ? 'docker.io' : host
}

/** The key to store credentials under, and to ask helpers for: the host, or Docker's special one. */
export function serverKey(host: string): string {
  return DOCKER_HUB_HOSTS.has(host) ? DOCKER_HUB_KEY : host
}

/** The keys that may hold the credentials of a repository, best first: `host/a/b`, `host/a`, `host`. */
export function keysFor(host: string, path: string): string[] {
  const names = DOCKER_HUB_HOSTS.has(host) ? ['docker.io', 'index.docker.io', 'registry-1.docker.io'] : [host]
  const parts = path === '' ? [] : path.split('/')
  const paths = Array.from({ length: parts.length + 1 }, (_, i) => parts.slice(0, parts.length - i))
  return paths.flatMap(rest => names.map(name => [name, ...rest].join('/')))
}

/** Old keys are URLs with an API version at the end. */
export function normalizeKey(key: string): string {
  return key.replace(/^https?:\/\//, '').replace(/\/(v[12]\/?)?$/, '')
}
