import { constants } from 'node:os'
import { getSystemErrorMap } from 'node:util'
import { errnoOf, isTareError, TareError } from '../base/error.ts'

/** `HOST_CALL_FAILED` carries `errno` (`ENOSPC` ...), `call` and, where there is one, `path` in its facts. */
export type HostErrorCode = 'HOST_UNSUPPORTED' | 'HOST_CALL_FAILED' | 'HOST_INVALID_PATH'

/** A Linux call that failed: `mounting /proc on /x: EPERM: operation not permitted`. */
export function callFailed(
  call: string,
  doing: string,
  errno: number | string,
  path?: string,
): TareError<HostErrorCode> {
  const name = typeof errno === 'number' ? errnoName(errno) : errno
  return new TareError('HOST_CALL_FAILED', `${doing}: ${name}: ${meaningOf(name)}`, {
    facts: path === undefined ? { errno: name, call } : { errno: name, call, path },
  })
}

/** The errno name of a failed call, whoever made it: of node:fs errors and of this room's; undefined for anything else. */
export function systemErrorName(error: unknown): string | undefined {
  if (!isTareError(error)) return errnoOf(error)
  const name = error.facts['errno']
  return typeof name === 'string' ? name : undefined
}

/** As node:fs names them (`ENOTSUP` for 95), and as the kernel does where Node has no name. */
function errnoName(errno: number): string {
  const known = getSystemErrorMap().get(-errno)
  if (known) return known[0]
  return Object.entries(constants.errno).find(([, value]) => value === errno)?.[0] ?? `E${errno}`
}

function meaningOf(name: string): string {
  for (const [known, meaning] of getSystemErrorMap().values()) if (known === name) return meaning
  return 'system call failed'
}
