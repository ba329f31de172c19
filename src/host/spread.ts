import { closeSync, openSync } from 'node:fs'
import { toFsPath } from '../base/text.ts'
import { lazyCall } from './library.ts'

const FS_IOC_GETFLAGS = 0x80086601
const FS_IOC_SETFLAGS = 0x40086602
/** linux/fs.h: FS_TOPDIR_FL */
const TOP_DIRECTORY = 0x00020000

const ioctlCall = lazyCall('int ioctl(int fd, unsigned long request, void *flags)')

/**
 * Tells the file system that what is below one subdirectory of `directory` has nothing to do with what is below another
 * (chattr +T), so that it places each somewhere else on the disk, by its name. False where there is no such hint.
 *
 * Why: ext4 gives no inode away again for a minute after it was freed, and steps over all of those in a group each time
 * it makes a file in it. In a group where a tree of 50,000 files was just removed that takes 0.15 ms for each new file,
 * elsewhere 0.006 ms.
 */
export function spreadSubdirectories(directory: string): boolean {
  const flags = new Int32Array(2)
  const fd = openSync(toFsPath(directory), 'r')
  try {
    if (ioctlCall()(fd, FS_IOC_GETFLAGS, flags) !== 0) return false
    flags[0] = (flags[0] ?? 0) | TOP_DIRECTORY
    return ioctlCall()(fd, FS_IOC_SETFLAGS, flags) === 0
  } finally {
    closeSync(fd)
  }
}
