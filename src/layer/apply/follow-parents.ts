import { renameSync, rmdirSync } from 'node:fs'
import { toFsPath } from '../../base/text.ts'
import { ensureDir } from '../tree/ensure-dir.ts'
import { hostLstat, hostNames } from '../tree/host-entry.ts'
import type { OverlayWriter } from '../tree/overlay-writer.ts'
import { removeHostTree } from '../tree/remove-tree.ts'
import { resolveInRoot } from '../tree/resolve.ts'
import { ancestorsOf } from '../tree/tree-path.ts'
import type { TreeView } from '../tree.ts'
import { invalidName } from './entry-name.ts'

/**
 * A layer that has `lib/x` but no `lib/`, over a tree where `/lib` is a symlink to `usr/lib`, means `/usr/lib/x`.
 * Moves what lies in such directories. Returns where each of them went.
 */
export function followParents(
  dir: string,
  parents: readonly string[],
  lower: TreeView,
  writer: OverlayWriter,
): ReadonlyMap<string, string> {
  const moved = new Map<string, string>()
  for (const parent of parents) {
    const path = movedPath(parent, moved)
    if (lower.lstat(path)?.type !== 'symlink') continue
    const { path: target, entry } = resolveInRoot(lower, path)
    if (entry && entry.type !== 'dir') throw invalidName(path, 'a file is in the way')
    if (hostLstat(dir + path)?.type === 'dir') {
      ensureDir(writer, target, { mode: 0o755, uid: 0, gid: 0, mtime: 0 })
      merge(dir + path, writer.hostDir(target))
    }
    moved.set(path, target)
    writer.refresh()
  }
  return moved
}

/** Where a path of the layer is after the moves. */
export function movedPath(path: string, moved: ReadonlyMap<string, string>): string {
  for (const dir of [path, ...ancestorsOf(path)]) {
    const target = moved.get(dir)
    if (target !== undefined) return movedPath(target + path.slice(dir.length), moved)
  }
  return path
}

function merge(from: string, to: string): void {
  for (const name of hostNames(from)) {
    const [source, target] = [`${from}/${name}`, `${to}/${name}`]
    if (hostLstat(source)?.type === 'dir' && hostLstat(target)?.type === 'dir') {
      merge(source, target)
    } else {
      removeHostTree(target)
      renameSync(toFsPath(source), toFsPath(target))
    }
  }
  rmdirSync(toFsPath(from))
}
