import { basename } from 'node:path/posix'
import type { SourceRange } from '../../base/source.ts'
import { dockerfileError, type Place } from '../error.ts'
import type { CacheMount, Mount, SecretMount, SshMount } from './mount.ts'
import { type MountField, splitMountFields } from './mount-fields.ts'
import { type MountFault, type MountKeys, readMountKey } from './mount-keys.ts'
import type { Flag } from './types.ts'

/**
 * The typed form of a `--mount=` flag. Variables stand in values only, never in keys; `from` takes none (`checkMount`).
 * Throws `dockerfile-flag`, which points at the field, and what `expand` throws.
 * @param expand gives a value's word without variables and quotes
 * @param place of the flag, or of the line that brought an ONBUILD trigger in
 */
export function parseMount(flag: Flag, expand: (word: string) => string, place: Place): Mount {
  const keys: MountKeys = { type: 'bind' }
  for (const field of splitMountFields(flag.value ?? '') ?? []) {
    const equals = field.text.indexOf('=')
    const name = equals < 0 ? field.text : field.text.slice(0, equals)
    const value = equals < 0 ? undefined : expand(field.text.slice(equals + 1))
    const fault = readMountKey(keys, name, value)
    if (fault) throw refused(fault, place, flag, field)
  }
  const fault = faultOf(keys)
  if (fault) throw refused(fault, place, flag)
  return typed(keys)
}

function refused({ cause, hint }: MountFault, place: Place, flag: Flag, field?: MountField): Error {
  const range = field && place.range === flag.range ? fieldRange(flag, field) : place.range
  return dockerfileError('dockerfile-flag', `--mount: ${cause}`, { ...place, range }, { hint })
}

/** Of a field, where the flag stands on one line as it was written. */
function fieldRange({ range, name, value = '' }: Flag, field: MountField): SourceRange {
  const { startLine, endLine, startColumn, endColumn } = range
  const before = `--${name}=`.length
  if (startColumn === undefined || startLine !== endLine || endColumn !== startColumn + before + value.length)
    return range
  const start = startColumn + before + field.start
  return { ...range, startColumn: start, endColumn: startColumn + before + field.end }
}

/** What does not fit together. */
function faultOf(keys: MountKeys): MountFault | undefined {
  const { type } = keys
  const owned = type === 'secret' || type === 'ssh' || type === 'cache'
  for (const key of ['mode', 'uid', 'gid'] as const)
    if (keys[key] !== undefined && !owned)
      return { cause: `${key} not allowed for "${type}" type mounts`, hint: 'cache, secret and ssh mounts take it' }
  if (type === 'secret') return secretFault(keys)
  if (keys.sharing !== undefined && type !== 'cache') return { cause: `invalid cache sharing set for ${type} mount` }
  if (type === 'ssh' && keys.source) return { cause: 'ssh does not support source' }
  if (type === 'cache' && /[^/.]/.test(keys.source ?? '') && !keys.from)
    return {
      cause: 'source needs a from',
      hint: 'it says where in a stage or an image the first content of the cache lies',
    }
  return undefined
}

function secretFault({ from, sharing, source, target, id }: MountKeys): MountFault | undefined {
  if (from) return { cause: 'secret mount should not have a from', hint: 'a secret comes with build --secret' }
  if (sharing) return { cause: 'secret mount should not define sharing' }
  if (source && id) return { cause: "both source and id can't be set", hint: 'source is another name of id here' }
  if (!source && !target && !id) return { cause: 'invalid secret mount. one of id, target required' }
  return undefined
}

function typed(keys: MountKeys): Mount {
  const { type, target = '', source = '' } = keys
  switch (type) {
    case 'bind':
      return { type, target, source, readOnly: keys.readOnly ?? true }
    case 'tmpfs':
      return { type, target, size: keys.size || undefined, readOnly: keys.readOnly ?? false }
    case 'cache':
      return cacheMount(keys, target, source)
    case 'secret':
      return secretMount(keys)
    case 'ssh':
      return sshMount(keys)
  }
}

function cacheMount(keys: MountKeys, target: string, source: string): CacheMount {
  const { id, sharing = 'shared', readOnly = false, mode, uid, gid } = keys
  return { type: 'cache', target, source, readOnly, id: id || undefined, sharing, mode, uid, gid }
}

const OWNER_READS = 0o400
const OWNER_READS_AND_WRITES = 0o600

function secretMount({ id, source, target, env, mode, uid = 0, gid = 0, required = false }: MountKeys): SecretMount {
  const name = source || id || basename(target ?? '')
  const place = target || (env === undefined ? `/run/secrets/${basename(name)}` : undefined)
  return { type: 'secret', id: name, target: place, env, mode: (mode ?? OWNER_READS) & 0o777, uid, gid, required }
}

function sshMount({ id, target, mode, uid = 0, gid = 0, required = false }: MountKeys): SshMount {
  const bits = (mode ?? OWNER_READS_AND_WRITES) & 0o777
  return { type: 'ssh', id: id || 'default', target: target || undefined, mode: bits, uid, gid, required }
}
