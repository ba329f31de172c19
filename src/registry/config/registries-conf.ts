import { registryError } from '../errors.ts'

/** One `[[registry]]` of registries.conf version 2 (containers-registries.conf(5)). */
export interface RegistryRule {
  /** What it applies to: `host[:port][/namespace...]`, or `*.example.com`. */
  readonly prefix: string
  /** What the matched prefix is replaced by; the prefix itself when it says nothing. */
  readonly location: string | undefined
  readonly insecure: boolean
  readonly blocked: boolean
  readonly mirrors: readonly Mirror[]
}

interface Mirror {
  readonly location: string
  readonly insecure: boolean
  readonly pullFrom: 'all' | 'digest-only' | 'tag-only'
}

/** Decodes a parsed TOML document. Unknown top-level settings are Podman's own affair; version 1 is refused. */
export function decodeRegistries(document: unknown, path: string): RegistryRule[] {
  const fields = table(document, path, 'the document')
  const old = fields['registries']
  if (old !== undefined) throw bad(path, '[registries] is version 1 of the format, write [[registry]] tables')
  const tables = fields['registry'] ?? []
  if (!Array.isArray(tables)) throw bad(path, 'registry: expected [[registry]] tables')
  return tables.map((entry, i) => decodeRule(table(entry, path, `registry ${i + 1}`), path))
}

function decodeRule(fields: Record<string, unknown>, path: string): RegistryRule {
  const location = locationOf(fields, path)
  const prefix = text(fields['prefix'], path, 'prefix') ?? location
  if (prefix === undefined) throw bad(path, 'a registry needs a prefix or a location')
  if (prefix.includes('*') && !/^\*\.[^*]+$/.test(prefix))
    throw bad(path, `prefix ${prefix}: a wildcard is only allowed as *.host`)
  const digestOnly = flag(fields['mirror-by-digest-only'], path, 'mirror-by-digest-only')
  const mirrors = fields['mirror'] ?? []
  if (!Array.isArray(mirrors)) throw bad(path, 'mirror: expected [[registry.mirror]] tables')
  return {
    prefix: prefix.replace(/\/+$/, ''),
    location,
    insecure: flag(fields['insecure'], path, 'insecure'),
    blocked: flag(fields['blocked'], path, 'blocked'),
    mirrors: mirrors.map(mirror => decodeMirror(table(mirror, path, 'mirror'), digestOnly, path)),
  }
}

function decodeMirror(fields: Record<string, unknown>, digestOnly: boolean, path: string): Mirror {
  const location = locationOf(fields, path)
  if (location === undefined) throw bad(path, 'a mirror needs a location')
  const pullFrom = text(fields['pull-from-mirror'], path, 'pull-from-mirror') ?? (digestOnly ? 'digest-only' : 'all')
  if (pullFrom !== 'all' && pullFrom !== 'digest-only' && pullFrom !== 'tag-only')
    throw bad(path, `pull-from-mirror: expected all, digest-only or tag-only, got ${pullFrom}`)
  return { location, insecure: flag(fields['insecure'], path, 'insecure'), pullFrom }
}

function locationOf(fields: Record<string, unknown>, path: string): string | undefined {
  const location = text(fields['location'], path, 'location')?.replace(/\/+$/, '')
  if (location?.includes('://')) throw bad(path, `location ${location}: expected a host without a scheme`)
  return location === '' ? undefined : location
}

function table(value: unknown, path: string, what: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  throw bad(path, `${what}: expected a table`)
}

function text(value: unknown, path: string, name: string): string | undefined {
  if (value === undefined || typeof value === 'string') return value === '' ? undefined : value
  throw bad(path, `${name}: expected a text`)
}

function flag(value: unknown, path: string, name: string): boolean {
  if (value === undefined || typeof value === 'boolean') return value ?? false
  throw bad(path, `${name}: expected true or false`)
}

export function bad(path: string, why: string): Error {
  return registryError('REGISTRY_BAD_CONFIG', `reading ${path}: ${why}`, { facts: { path } })
}
