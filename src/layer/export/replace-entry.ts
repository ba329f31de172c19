import { constants, lchownSync, mkdirSync, openSync, renameSync, rmSync } from 'node:fs'
import { errnoOf } from '../../base/error.ts'
import { toFsPath } from '../../base/text.ts'
import { linkAt } from '../../host/index.ts'
import { removeHostTree } from '../tree/remove-tree.ts'

const DIRECTORY = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW

/** Opens the directory at `host`; makes one, in place of whatever else is there. Never follows a symlink. */
export function openOrMakeDirectory(host: string): number {
  try {
    return openSync(toFsPath(host), DIRECTORY)
  } catch (error) {
    const errno = errnoOf(error)
    if (errno !== 'ENOENT' && errno !== 'ENOTDIR' && errno !== 'ELOOP') throw error
    if (errno !== 'ENOENT') removeHostTree(host)
    mkdirSync(toFsPath(host), 0o700)
    return openSync(toFsPath(host), DIRECTORY)
  }
}

/** Gives what is at `temporary` the name `host`, in place of whatever is there. */
export function replaceEntry(temporary: string, host: string): void {
  try {
    renameSync(toFsPath(temporary), toFsPath(host))
  } catch (error) {
    if (errnoOf(error) !== 'EISDIR') throw error
    removeHostTree(host)
    renameSync(toFsPath(temporary), toFsPath(host))
  }
  // Where both were names of one file already, rename(2) leaves them.
  rmSync(toFsPath(temporary), { force: true })
}

/** A further name for the file or symlink open as `fd`. */
export function linkOpened(fd: number, host: string): void {
  linkAt({ dirFd: fd, path: `/proc/self/fd/${fd}` }, { dirFd: fd, path: host }, { follow: true })
}

/** Owner of an entry that was just made; a symlink itself. */
export function giveOwner(host: string, owner: { readonly uid: number; readonly gid: number }): void {
  lchownSync(toFsPath(host), owner.uid, owner.gid)
}
