import { parseBytes } from '../../base/bytes.ts'
import { suggest } from '../../base/suggest.ts'
import { inMessage } from '../error.ts'
import type { CacheSharing, MountType } from './mount.ts'

/** The keys of a `--mount=`, read one after the other: a later one wins, whatever its spelling. */
export interface MountKeys {
  type: MountType
  from?: string
  source?: string
  target?: string
  readOnly?: boolean
  required?: boolean
  size?: number
  id?: string
  sharing?: CacheSharing
  mode?: number
  uid?: number
  gid?: number
  env?: string
}

/** Why a key or its value cannot be, in BuildKit's words where they serve. */
export interface MountFault {
  readonly cause: string
  readonly hint?: string | undefined
}

const TYPES: readonly MountType[] = ['bind', 'cache', 'tmpfs', 'secret', 'ssh']
const SHARING: readonly CacheSharing[] = ['shared', 'private', 'locked']
const KEYS =
  'type from source src target dst destination ro readonly rw readwrite required size id sharing mode uid gid env'
/** Keys that may stand without a value. */
const BARE = ['ro', 'readonly', 'rw', 'readwrite', 'required']
const MAX_ID = 2 ** 32

/** Reads one `key=value`, or bare `key` when `value` is undefined, into `keys`. */
export function readMountKey(keys: MountKeys, name: string, value: string | undefined): MountFault | undefined {
  const key = name.toLowerCase()
  if (value === undefined && !BARE.includes(key)) return withoutValue(name, KEYS.split(' '))
  const text = value ?? 'true'
  switch (key) {
    case 'type':
      return takeType(keys, text)
    case 'from':
      keys.from = text
      return undefined
    case 'source':
    case 'src':
      keys.source = text
      return undefined
    case 'target':
    case 'dst':
    case 'destination':
      keys.target = text
      return undefined
    case 'id':
      keys.id = text
      return undefined
    case 'env':
      keys.env = text
      return undefined
    case 'sharing':
      return takeSharing(keys, text)
    case 'ro':
    case 'readonly':
    case 'rw':
    case 'readwrite':
      return takeAccess(keys, key, text)
    case 'required':
      return takeRequired(keys, text)
    case 'size':
      return takeSize(keys, text)
    case 'mode':
    case 'uid':
    case 'gid':
      return takeNumber(keys, key, text)
    default:
      return {
        cause: `unexpected key '${inMessage(key)}'`,
        hint: meant(key, KEYS.split(' ')) ?? `the keys are ${KEYS}`,
      }
  }
}

function takeType(keys: MountKeys, text: string): MountFault | undefined {
  const type = TYPES.find(each => each === text.toLowerCase())
  if (type === undefined) return unsupported('mount type', text, TYPES)
  keys.type = type
  return undefined
}

function takeSharing(keys: MountKeys, text: string): MountFault | undefined {
  const sharing = SHARING.find(each => each === text.toLowerCase())
  if (sharing === undefined) return unsupported('sharing value', text, SHARING)
  keys.sharing = sharing
  return undefined
}

function takeAccess(keys: MountKeys, key: string, text: string): MountFault | undefined {
  const value = goBoolean(text)
  if (value === undefined) return invalid(key, text, 'true or false')
  keys.readOnly = key.startsWith('readw') || key === 'rw' ? !value : value
  return undefined
}

function takeRequired(keys: MountKeys, text: string): MountFault | undefined {
  if (keys.type !== 'secret' && keys.type !== 'ssh') return foreign('required', keys.type, 'type=secret or type=ssh')
  const value = goBoolean(text)
  if (value === undefined) return invalid('required', text, 'true or false')
  keys.required = value
  return undefined
}

function takeSize(keys: MountKeys, text: string): MountFault | undefined {
  if (keys.type !== 'tmpfs') return foreign('size', keys.type, 'type=tmpfs')
  const value = parseBytes(text)
  if (value === undefined) return invalid('size', text, 'bytes, as in 512k, 64m or 1g')
  keys.size = value
  return undefined
}

function takeNumber(keys: MountKeys, key: 'mode' | 'uid' | 'gid', text: string): MountFault | undefined {
  const [digits, base] = key === 'mode' ? [/^[0-7]+$/, 8] : [/^\d+$/, 10]
  const value = digits.test(text) ? Number.parseInt(text, base) : Number.NaN
  if (!(value < MAX_ID)) return invalid(key, text, key === 'mode' ? 'octal digits, as in 0755' : 'a number')
  keys[key] = value
  return undefined
}

/** strconv.ParseBool. */
function goBoolean(text: string): boolean | undefined {
  if (/^(1|t|T|TRUE|true|True)$/.test(text)) return true
  return /^(0|f|F|FALSE|false|False)$/.test(text) ? false : undefined
}

function unsupported(what: string, text: string, known: readonly string[]): MountFault {
  const hint = meant(text, known) ?? `it is one of ${known.join(', ')}`
  return { cause: `unsupported ${what} "${inMessage(text)}"`, hint }
}

function invalid(key: string, text: string, expected: string): MountFault {
  return { cause: `invalid value for ${key}: expected ${expected}, got "${inMessage(text)}"` }
}

/** As in BuildKit the type counts as it is known by then: bind, before one is given. */
function foreign(key: string, type: MountType, needs: string): MountFault {
  return { cause: `unexpected key '${key}' for mount type '${type}'`, hint: `${key} stands after ${needs}` }
}

function withoutValue(name: string, known: readonly string[]): MountFault {
  const key = name.toLowerCase()
  const hint = known.includes(key) ? `give it a value: ${key}=VALUE` : meant(key, known)
  return { cause: `invalid field '${inMessage(name)}' must be a key=value pair`, hint }
}

function meant(word: string, known: readonly string[]): string | undefined {
  const near = suggest(word.slice(0, 40), known)
  return near === undefined ? undefined : `did you mean ${near}?`
}
