import { closeSync, constants, openSync, symlinkSync } from 'node:fs'
import { toFsPath } from '../../base/text.ts'
import { copyFileInto, makeNode } from '../../host/index.ts'
import type { TreeEntry, TreeView } from '../tree.ts'
import { applyMeta, metaOf } from './node-meta.ts'

const CREATE = constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY | constants.O_NOFOLLOW

/** Copies the entry `path` (no directory, no socket) of a tree to the free host path `host`, metadata and all. */
export function copyEntryTo(tree: TreeView, path: string, entry: TreeEntry, host: string): void {
  if (entry.type === 'file') copyFileTo(tree, path, entry, host)
  else if (entry.type === 'symlink') symlinkSync(toFsPath(tree.readlink(path)), toFsPath(host))
  else if (entry.type !== 'dir') makeNode(host, entry.type, entry.mode, entry.device)
  applyMeta(host, metaOf(tree, path, entry), entry.type === 'symlink')
}

function copyFileTo(tree: TreeView, path: string, entry: TreeEntry, host: string): void {
  const source = tree.open(path)
  try {
    const target = createHostFile(host)
    try {
      copyFileInto(source, target, entry.size)
    } finally {
      closeSync(target)
    }
  } finally {
    closeSync(source)
  }
}

/** A new empty file for writing, readable by nobody else until it gets its mode. Nothing is replaced or followed. */
export function createHostFile(host: string): number {
  return openSync(toFsPath(host), CREATE, 0o600)
}
