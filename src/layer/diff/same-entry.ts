import { closeSync, readSync } from 'node:fs'
import { sameXattrs } from '../tree/xattrs.ts'
import type { TreeEntry, TreeView } from '../tree.ts'

const PIECE = 128 * 1024
const left = Buffer.allocUnsafeSlow(PIECE)
const right = Buffer.allocUnsafeSlow(PIECE)

/** An entry of a tree with where it is. */
export interface Located {
  readonly tree: TreeView
  readonly path: string
  readonly entry: TreeEntry
}

/** Whether two entries are the same in all that a layer says of one, other than which names a file has. */
export function isSameEntry(a: Located, b: Located): boolean {
  if (a.entry.inode === b.entry.inode) return true
  return isSameStat(a.entry, b.entry) && sameXattrs(a.tree.xattrs(a.path), b.tree.xattrs(b.path)) && isSameContent(a, b)
}

function isSameStat(a: TreeEntry, b: TreeEntry): boolean {
  return (
    a.type === b.type &&
    (a.mode === b.mode || a.type === 'symlink') &&
    a.uid === b.uid &&
    a.gid === b.gid &&
    a.mtime === b.mtime &&
    a.size === b.size &&
    a.device?.[0] === b.device?.[0] &&
    a.device?.[1] === b.device?.[1]
  )
}

function isSameContent(a: Located, b: Located): boolean {
  if (a.entry.type === 'symlink') return a.tree.readlink(a.path) === b.tree.readlink(b.path)
  if (a.entry.type !== 'file' || a.entry.size === 0) return true
  const one = a.tree.open(a.path)
  try {
    const other = b.tree.open(b.path)
    try {
      return isSameBytes(one, other)
    } finally {
      closeSync(other)
    }
  } finally {
    closeSync(one)
  }
}

function isSameBytes(one: number, other: number): boolean {
  for (;;) {
    const length = readSync(one, left, 0, PIECE, null)
    if (readSync(other, right, 0, PIECE, null) !== length) return false
    if (length === 0) return true
    if (left.compare(right, 0, length, 0, length) !== 0) return false
  }
}
