import { lutimesSync } from 'node:fs'
import { errnoOf } from '../base/error.ts'
import { toFsPath } from '../base/text.ts'
import { callFailed } from './error.ts'
import { lastErrno, lazyCall } from './library.ts'
import { toNative } from './path.ts'
import { AT_FDCWD } from './syscall.ts'

const AT_SYMLINK_NOFOLLOW = 0x100

const utimensatCall = lazyCall('int utimensat(int dirfd, const char *path, const void *times, int flags)')
/** struct timespec[2] is four 64-bit words on x64 and arm64. */
const times = new BigInt64Array(4)

/**
 * Sets mtime and atime, of a symlink itself. Seconds are whole and may be negative. node:fs does the ordinary ones exactly;
 * nanoseconds (0-999,999,999) need the native call, and so do negative seconds, for which node:fs sets the time of day.
 */
export function setTimes(path: string, seconds: number, nanoseconds = 0): void {
  if (nanoseconds !== 0 || seconds < 0) {
    setNatively(path, seconds, nanoseconds)
    return
  }
  try {
    lutimesSync(toFsPath(path), seconds, seconds)
  } catch (error) {
    throw callFailed('utimensat', `setting times of ${path}`, errnoOf(error) ?? 'EINVAL', path)
  }
}

function setNatively(path: string, seconds: number, nanoseconds: number): void {
  times.set([BigInt(seconds), BigInt(nanoseconds), BigInt(seconds), BigInt(nanoseconds)])
  const result = utimensatCall()(AT_FDCWD, toNative(path), times, AT_SYMLINK_NOFOLLOW)
  if (result !== 0) throw callFailed('utimensat', `setting times of ${path}`, lastErrno(), path)
}
