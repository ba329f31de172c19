import { callFailed } from './error.ts'
import { lastErrno, lazyCall } from './library.ts'
import { toNative } from './path.ts'

const AT_SYMLINK_FOLLOW = 0x400

const linkatCall = lazyCall(
  'int linkat(int olddirfd, const char *oldpath, int newdirfd, const char *newpath, int flags)',
)

/** A path below an open directory. */
export interface At {
  readonly dirFd: number
  readonly path: string
}

/** linkat(2): a second name for what is at `existing`; a symlink there is linked itself unless `follow`. */
export function linkAt(existing: At, created: At, options: { readonly follow?: boolean } = {}): void {
  const flags = options.follow ? AT_SYMLINK_FOLLOW : 0
  const result = linkatCall()(existing.dirFd, toNative(existing.path), created.dirFd, toNative(created.path), flags)
  if (result !== 0) throw callFailed('linkat', `linking ${created.path} to ${existing.path}`, lastErrno(), created.path)
}
