import { chmodSync, lchownSync, lstatSync } from 'node:fs'
import { toFsPath } from '../../base/text.ts'
import { getXattr, setTimes, setXattr } from '../../host/index.ts'
import type { NodeMeta, TreeEntry, TreeView } from '../tree.ts'
import { addImageXattrs, writeImageXattrs } from './xattrs.ts'

const CAPABILITY = 'security.capability'

/** Gives a host entry that was just made all its metadata. Owner first: a change of owner takes setuid and capabilities away. */
export function applyMeta(host: string, meta: NodeMeta, isSymlink = false): void {
  const fsPath = toFsPath(host)
  lchownSync(fsPath, meta.uid, meta.gid)
  if (!isSymlink) chmodSync(fsPath, meta.mode)
  if (meta.xattrs) addImageXattrs(host, meta.xattrs)
  setTimes(host, meta.mtime)
}

/** Changes what is given on an existing host entry and nothing else. Follows no symlink; a symlink's mode is no one's. */
export function changeMeta(host: string, entry: TreeEntry, meta: Partial<NodeMeta>): void {
  const fsPath = toFsPath(host)
  const chowns = meta.uid !== undefined || meta.gid !== undefined
  const capability = chowns && !meta.xattrs && entry.type === 'file' ? getXattr(host, CAPABILITY) : undefined
  if (chowns) lchownSync(fsPath, meta.uid ?? entry.uid, meta.gid ?? entry.gid)
  if (entry.type !== 'symlink' && (chowns || meta.mode !== undefined)) chmodSync(fsPath, meta.mode ?? entry.mode)
  if (capability) setXattr(host, CAPABILITY, capability)
  if (meta.xattrs) writeImageXattrs(host, meta.xattrs)
  if (meta.mtime !== undefined) setTimes(host, meta.mtime)
}

/** The metadata of an entry of a tree, as it is given to a copy. */
export function metaOf(tree: TreeView, path: string, entry: TreeEntry): NodeMeta {
  return { mode: entry.mode, uid: entry.uid, gid: entry.gid, mtime: entry.mtime, xattrs: tree.xattrs(path) }
}

/** Runs `change` in a host directory whose mtime is not to show it, as the kernel's overlay does when it copies up. */
export function keepingTimes(hostDir: string, change: () => void): void {
  const before = lstatSync(toFsPath(hostDir), { bigint: true })
  change()
  setTimes(hostDir, Number(before.mtimeNs / 1_000_000_000n), Number(before.mtimeNs % 1_000_000_000n))
}
