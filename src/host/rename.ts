import { callFailed } from './error.ts'
import { lastErrno } from './library.ts'
import { toNative } from './path.ts'
import { AT_FDCWD, renameat2Call, syscallNumber } from './syscall.ts'

const RENAME_NOREPLACE = 1
const RENAME_EXCHANGE = 2

/** Renames unless there is something at `to` already, which is errno `EEXIST`. Atomic. */
export function renameNoReplace(from: string, to: string): void {
  rename2(from, to, RENAME_NOREPLACE)
}

/** Swaps two names that both exist. Atomic. */
export function renameExchange(a: string, b: string): void {
  rename2(a, b, RENAME_EXCHANGE)
}

function rename2(from: string, to: string, flags: number): void {
  const result = renameat2Call()(syscallNumber('renameat2'), AT_FDCWD, toNative(from), AT_FDCWD, toNative(to), flags)
  if (result !== 0) throw callFailed('renameat2', `renaming ${from} to ${to}`, lastErrno(), from)
}
