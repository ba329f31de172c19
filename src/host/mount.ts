import { callFailed } from './error.ts'
import { lastErrno, lazyCall } from './library.ts'
import { toNative } from './path.ts'

/** mount(2) flags; the same on every architecture. */
export const MS_RDONLY = 1
export const MS_NOSUID = 2
export const MS_NODEV = 4
export const MS_NOEXEC = 8
export const MS_REMOUNT = 32
export const MS_BIND = 4096
export const MS_MOVE = 8192
export const MS_REC = 16384
export const MS_UNBINDABLE = 1 << 17
export const MS_PRIVATE = 1 << 18
export const MS_SLAVE = 1 << 19
export const MS_SHARED = 1 << 20

const MNT_DETACH = 2
const UMOUNT_NOFOLLOW = 8

const mountCall = lazyCall(
  'int mount(const char *source, const char *target, const char *type, unsigned long flags, const char *data)',
)
const umountCall = lazyCall('int umount2(const char *target, int flags)')

export interface MountSpec {
  readonly source: string
  readonly target: string
  readonly type?: string | undefined
  /** `MS_*` bits. */
  readonly flags?: number | undefined
  /** The file system's own options, `lowerdir=...`; at most a page. */
  readonly data?: string | undefined
}

/** mount(2). */
export function mount(spec: MountSpec): void {
  const { source, target, type = null, flags = 0, data = null } = spec
  const result = mountCall()(toNative(source), toNative(target), type, flags, data === null ? null : toNative(data))
  if (result !== 0) throw callFailed('mount', `mounting ${type ?? source} on ${target}`, lastErrno(), target)
}

/** umount2(2); never follows a symlink. `detach` takes it out of sight now and frees it when the last user is gone. */
export function unmount(target: string, options: { readonly detach?: boolean } = {}): void {
  const flags = UMOUNT_NOFOLLOW | (options.detach ? MNT_DETACH : 0)
  if (umountCall()(toNative(target), flags) !== 0)
    throw callFailed('umount2', `unmounting ${target}`, lastErrno(), target)
}
