import { constants } from 'node:fs'
import { callFailed } from './error.ts'
import { lastErrno } from './library.ts'
import { toNative } from './path.ts'
import { openat2Call, syscallNumber } from './syscall.ts'

/** openat2(2) `resolve` bits. */
export const RESOLVE_NO_XDEV = 0x01
export const RESOLVE_NO_MAGICLINKS = 0x02
export const RESOLVE_NO_SYMLINKS = 0x04
export const RESOLVE_BENEATH = 0x08
export const RESOLVE_IN_ROOT = 0x10

/** open(2) flags that node:fs lacks; the same on x64 and arm64. */
export const O_PATH = 0o10000000
export const O_CLOEXEC = 0o2000000

export interface OpenSpec {
  /** open(2) flags; O_CLOEXEC is always added. */
  readonly flags: number
  /** Permission bits for O_CREAT. */
  readonly mode?: number | undefined
  /** `RESOLVE_*` bits. */
  readonly resolve: number
}

/** openat2(2) below the directory `dirFd`. Returns a descriptor that the caller closes. */
export function openAt(dirFd: number, path: string, spec: OpenSpec): number {
  const how = new BigUint64Array([BigInt(spec.flags | O_CLOEXEC), BigInt(spec.mode ?? 0), BigInt(spec.resolve)])
  const fd = openat2Call()(syscallNumber('openat2'), dirFd, toNative(path), how, how.byteLength)
  if (fd < 0) throw callFailed('openat2', `opening ${path}`, lastErrno(), path)
  return fd
}

/**
 * Opens `path` as a process whose root is `rootFd` would find it: absolute symlinks and `..` stay inside.
 * Magic links of /proc are refused.
 */
export function openInRoot(rootFd: number, path: string, flags: number = constants.O_RDONLY, mode = 0): number {
  return openAt(rootFd, path, { flags, mode, resolve: RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS })
}

/** Opens `path` below `dirFd`; anything that would lead out of it is errno `EXDEV`. */
export function openBeneath(dirFd: number, path: string, flags: number = constants.O_RDONLY, mode = 0): number {
  return openAt(dirFd, path, { flags, mode, resolve: RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS })
}
