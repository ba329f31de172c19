import { makeNode } from '../../host/index.ts'
import { hostLstat } from '../tree/host-entry.ts'
import { applyMeta, keepingTimes, metaOf } from '../tree/node-meta.ts'
import { type OverlayWriter, openOverlayWriter } from '../tree/overlay-writer.ts'
import { resolveInRoot } from '../tree/resolve.ts'
import { parentOf } from '../tree/tree-path.ts'
import type { TreeView } from '../tree.ts'
import { invalidLink } from './entry-name.ts'

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
 * xattrs of the lower tree, files of the lower tree that the layer links to are copied up, an opaque root becomes
 * whiteouts. Idempotent. `lower` is the tree of all layers below; undefined for the lowest layer. Throws
 * `LAYER_INVALID_LINK` when a link's target is not there or no file.
 */
export function settleLayer(
  dir: string,
  fixups: LayerFixups,
  lower: TreeView | undefined,
  options: SettleOptions = {},
): void {
  const writer = openOverlayWriter({ upper: dir, lower, userXattr: options.userXattr })
  if (fixups.rootOpaque && lower) hideRoot(dir, lower)
  for (const link of fixups.links) settleLink(writer, link.path, link.target)
  for (const path of fixups.parents) {
    const entry = lower?.lstat(path)
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
