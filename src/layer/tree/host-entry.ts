import { closeSync, constants, type Dirent, fstatSync, lstatSync, openSync, readdirSync, type Stats } from 'node:fs'
import { TareError } from '../../base/error.ts'
import { printable } from '../../base/source.ts'
import { compareText, decodeText, toFsPath } from '../../base/text.ts'
import { splitDevice } from '../../host/index.ts'
import type { LayerErrorCode } from '../layer-error.ts'
import type { EntryType, TreeEntry } from '../tree.ts'

const TYPES: Readonly<Record<number, EntryType>> = {
  [constants.S_IFREG]: 'file',
  [constants.S_IFDIR]: 'dir',
  [constants.S_IFLNK]: 'symlink',
  [constants.S_IFIFO]: 'fifo',
  [constants.S_IFCHR]: 'char',
  [constants.S_IFBLK]: 'block',
  [constants.S_IFSOCK]: 'socket',
}
const NO_THROW = { throwIfNoEntry: false } as const

/** lstat of a host path; undefined when it is not there or a parent is no directory. */
export function hostLstat(hostPath: string): TreeEntry | undefined {
  const fsPath = toFsPath(hostPath)
  const stats = lstatSync(fsPath, NO_THROW)
  if (stats === undefined) return undefined
  return treeEntry(stats, stats.ino <= Number.MAX_SAFE_INTEGER ? stats.ino : lstatSync(fsPath, { bigint: true }).ino)
}

/** `inode` is given apart because some file systems' numbers do not fit a double. */
function treeEntry(stats: Stats, inode: number | bigint = stats.ino): TreeEntry {
  const type = TYPES[stats.mode & constants.S_IFMT] ?? 'file'
  return {
    type,
    mode: stats.mode & 0o7777,
    uid: stats.uid,
    gid: stats.gid,
    size: type === 'file' ? stats.size : 0,
    mtime: Math.floor(stats.mtimeMs / 1000),
    inode: `${stats.dev}:${inode}`,
    links: stats.nlink,
    device: type === 'char' || type === 'block' ? splitDevice(stats.rdev) : undefined,
  }
}

/** Overlay's whiteout: a character device 0:0. */
export function isWhiteoutDevice(entry: TreeEntry): boolean {
  return entry.type === 'char' && entry.device?.[0] === 0 && entry.device[1] === 0
}

/** Names in a host directory as lossless text, unsorted. */
export function hostNames(hostDir: string): string[] {
  const names = readdirSync(toFsPath(hostDir))
  if (!names.some(name => name.includes('\ufffd'))) return names
  return readdirSync(toFsPath(hostDir), { encoding: 'buffer' }).map(decodeText)
}

export interface HostDirent {
  readonly name: string
  readonly type: 'file' | 'char' | 'other'
}

/** Names in a host directory with what tells whiteouts from others, unsorted. */
export function hostDirents(hostDir: string): HostDirent[] {
  const dirents = readdirSync(toFsPath(hostDir), { withFileTypes: true })
  if (!dirents.some(dirent => dirent.name.includes('\ufffd')))
    return dirents.map(dirent => hostDirent(dirent, dirent.name))
  const raw = readdirSync(toFsPath(hostDir), { withFileTypes: true, encoding: 'buffer' })
  return raw.map(dirent => hostDirent(dirent, decodeText(dirent.name)))
}

function hostDirent(dirent: Pick<Dirent, 'isFile' | 'isCharacterDevice'>, name: string): HostDirent {
  return { name, type: dirent.isFile() ? 'file' : dirent.isCharacterDevice() ? 'char' : 'other' }
}

export function sortedNames(names: string[]): string[] {
  return names.sort(compareText)
}

const READ = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK

/** Opens a regular file for reading. Never follows a symlink, never waits for a fifo. Throws `TREE_NOT_A_FILE`. */
export function openHostFile(hostPath: string): number {
  const fd = openSync(toFsPath(hostPath), READ)
  if (fstatSync(fd).isFile()) return fd
  closeSync(fd)
  throw new TareError<LayerErrorCode>('TREE_NOT_A_FILE', `opening ${printable(hostPath)}: it is not a regular file`)
}
