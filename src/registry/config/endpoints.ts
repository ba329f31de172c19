import { DEFAULT_DOMAIN, formatReference, type Reference } from '../../oci/index.ts'
import { registryError } from '../errors.ts'
import type { RegistryRule } from './registries-conf.ts'

/** One place where a repository may be found. */
export interface Endpoint {
  /** Host and port for the API: `registry-1.docker.io`, `127.0.0.1:5000`. */
  readonly host: string
  /** Repository on that host. */
  readonly path: string
  /** What credentials and certificates are looked up by: `docker.io` where `host` is Docker Hub's API. */
  readonly name: string
  readonly insecure: boolean
  readonly mirror: boolean
}

const DOCKER_API_HOST = 'registry-1.docker.io'

/**
 * Where to look for a reference: the mirrors that fit, then the registry itself, which is always last. Throws
 * `REGISTRY_BLOCKED`. Pushes use the last one only.
 */
export function endpointsOf(reference: Reference, rules: readonly RegistryRule[]): [...Endpoint[], Endpoint] {
  const full = formatReference(reference)
  const name = `${reference.domain}/${reference.path}`
  const rule = findRule(full, reference.domain, rules)
  if (rule?.blocked)
    throw registryError('REGISTRY_BLOCKED', `registry ${rule.prefix} is blocked by registries.conf`, {
      facts: { reference: full, host: reference.domain },
    })
  if (rule === undefined) return [toEndpoint(name, false, false)]
  const rest = rule.prefix.startsWith('*')
    ? `/${reference.path}`
    : name.slice(Math.min(name.length, rule.prefix.length))
  const wanted = reference.digest === undefined ? 'tag-only' : 'digest-only'
  const mirrors = rule.mirrors.filter(mirror => mirror.pullFrom === 'all' || mirror.pullFrom === wanted)
  const primary = rule.location === undefined ? name : rule.location + rest
  return [
    ...mirrors.map(mirror => toEndpoint(mirror.location + rest, mirror.insecure, true)),
    toEndpoint(primary, rule.insecure, false),
  ]
}

/** Whether rules make a host insecure, for requests that belong to no repository. */
export function isInsecureHost(host: string, rules: readonly RegistryRule[]): boolean {
  const places = rules.flatMap(rule => [{ ...rule, location: rule.location ?? rule.prefix }, ...rule.mirrors])
  return places.some(place => place.insecure && isSameHost(place.location.split('/', 1)[0] ?? '', host))
}

/** Whether a host as a user wrote it, perhaps `*.example.com`, is the one of a URL, which leaves out default ports. */
export function isSameHost(written: string, host: string): boolean {
  if (written.startsWith('*.')) return host.replace(/:\d+$/, '').endsWith(written.slice(1))
  return written === host || written.replace(/:(80|443)$/, '') === host
}

/** The rule with the longest prefix that ends at a part's end. */
function findRule(full: string, domain: string, rules: readonly RegistryRule[]): RegistryRule | undefined {
  const fitting = rules.filter(rule => matches(full, domain, rule.prefix))
  return fitting.sort((a, b) => b.prefix.length - a.prefix.length)[0]
}

function matches(full: string, domain: string, prefix: string): boolean {
  if (prefix.startsWith('*.'))
    return domain.replace(/:\d+$/, '').endsWith(prefix.slice(1)) || domain.endsWith(prefix.slice(1))
  if (!full.startsWith(prefix)) return false
  const next = full[prefix.length]
  return next === undefined || next === '/' || (prefix.includes('/') && (next === ':' || next === '@'))
}

/** Docker Hub's API lives on another host than its name. */
export function apiHost(domain: string): string {
  return domain === DEFAULT_DOMAIN ? DOCKER_API_HOST : domain
}

function toEndpoint(name: string, insecure: boolean, mirror: boolean): Endpoint {
  const slash = name.indexOf('/')
  const domain = slash < 0 ? name : name.slice(0, slash)
  return { host: apiHost(domain), path: slash < 0 ? '' : name.slice(slash + 1), name: domain, insecure, mirror }
}
