import { statfsSync } from 'node:fs'
import { toFsPath } from '../base/text.ts'

/** statfs(2) magic numbers (linux/magic.h and the file systems' own). FUSE may be anything; what serves networks is mostly FUSE. */
const KINDS: Readonly<Record<number, readonly [name: string, network?: 'network']>> = {
  61267: ['ext4'],
  1481003842: ['xfs'],
  2435016766: ['btrfs'],
  801189825: ['zfs'],
  4076150800: ['f2fs'],
  3393526350: ['bcachefs'],
  16914836: ['tmpfs'],
  2240043254: ['ramfs'],
  2035054128: ['overlay'],
  26985: ['nfs', 'network'],
  20859: ['smb', 'network'],
  4283649346: ['cifs', 'network'],
  4266872130: ['smb2', 'network'],
  16914839: ['9p', 'network'],
  1702057286: ['fuse', 'network'],
  1397113167: ['afs', 'network'],
  12805120: ['ceph', 'network'],
  1937076805: ['coda', 'network'],
  198183888: ['lustre', 'network'],
  18225520: ['gfs2', 'network'],
  1952539503: ['ocfs2', 'network'],
}

export interface FileSystemKind {
  /** `ext4`, `overlay` ...; the magic number in hex when unknown. */
  readonly name: string
  /** Locks, mmap and rename mean something else there, or reach one machine only. */
  readonly network: boolean
}

/** The kind of file system that `path` lies on. Throws node:fs errors. */
export function fileSystemOf(path: string): FileSystemKind {
  return fileSystemKind(statfsSync(toFsPath(path)).type)
}

/** By magic number, which statfs gives with or without its sign. */
export function fileSystemKind(magic: number): FileSystemKind {
  const unsigned = magic >>> 0
  const [name, network] = KINDS[unsigned] ?? [`0x${unsigned.toString(16)}`]
  return { name, network: network === 'network' }
}
