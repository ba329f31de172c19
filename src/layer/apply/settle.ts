import { makeNode } from '../../host/index.ts'
import { hostLstat } from '../tree/host-entry.ts'
import { applyMeta, keepingTimes, metaOf } from '../tree/node-meta.ts'
import { type OverlayWriter, openOverlayWriter } from '../tree/overlay-writer.ts'
import { resolveInRoot } from '../tree/resolve.ts'
import { parentOf } from '../tree/tree-path.ts'
import type { TreeView } from '../tree.ts'
import { invalidLink } from './entry-name.ts'
import { followParents, movedPath } from './follow-parents.ts'

/** What an unpacked layer still needs from the layers below it. */
export interface LayerFixups {
  /** Directories that the layer does not describe, parents first; `/` is one of them unless the layer has it. */
  readonly parents: readonly string[]
  /** Hard links to files that are in no layer but a lower one. */
  readonly links: readonly { readonly path: string; readonly target: string }[]
  /** The layer hides all that is below it; overlay knows no opaque root. */
  readonly rootOpaque: boolean
}

export interface SettleOptions {
  readonly userXattr?: boolean | undefined
}

/**
 * Mends an unpacked layer directory when its place in a stack is known: missing parents take mode, owner, mtime and
 * xattrs of the lower tree, what was unpacked below a missing parent that is a symlink there moves to where it leads,
 * files of the lower tree that the layer links to are copied up, an opaque root becomes whiteouts. Idempotent. `lower`
 * is the tree of all layers below; undefined for the lowest layer. Throws `LAYER_INVALID_LINK` when a link's target is
 * not there or no file, `LAYER_INVALID_NAME` when a parent leads to a file.
 */
export function settleLayer(
  dir: string,
  fixups: LayerFixups,
  lower: TreeView | undefined,
  options: SettleOptions = {},
): void {
  const writer = openOverlayWriter({ upper: dir, lower, userXattr: options.userXattr })
  const hidden = fixups.rootOpaque ? undefined : lower
  if (fixups.rootOpaque && lower) hideRoot(dir, lower)
  const moved = hidden ? followParents(dir, fixups.parents, hidden, writer) : new Map<string, string>()
  writer.refresh()
  for (const link of fixups.links) settleLink(writer, movedPath(link.path, moved), link.target)
  for (const parent of fixups.parents) {
    const path = movedPath(parent, moved)
    const entry = hidden?.lstat(path) ?? (path === '/' ? lower?.lstat(path) : undefined)
    if (lower && entry?.type === 'dir') applyMeta(writer.hostDir(path), metaOf(lower, path, entry))
  }
}

function settleLink(writer: OverlayWriter, path: string, target: string): void {
  const found = resolveInRoot(writer, target, { followLast: false })
  if (!found.entry) throw invalidLink(path, target, 'there is no such file in this layer or below')
  if (found.entry.type === 'dir') throw invalidLink(path, target, 'it is a directory')
  keepingTimes(writer.hostDir(parentOf(path)), () => writer.link(path, found.path))
}

function hideRoot(dir: string, lower: TreeView): void {
  for (const name of lower.readdir('/')) {
    if (!hostLstat(`${dir}/${name}`)) makeNode(`${dir}/${name}`, 'char', 0, [0, 0])
  }
}
