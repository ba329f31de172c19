import type { TreeView } from '../tree.ts'

/** What an unpacked layer still needs from the layers below it. */
export interface LayerFixups {
  /** Directories that the layer does not describe, parents first; `/` is one of them unless the layer has it. */
  readonly parents: readonly string[]
  /** Hard links to files that are in no layer but a lower one. */
  readonly links: readonly { readonly path: string; readonly target: string }[]
}

/**
 * Mends an unpacked layer directory when its place in a stack is known: missing parents take mode, owner, mtime and
 * xattrs of the lower tree (else 0755, 0:0, mtime 0), files of the lower tree that the layer links to are copied up.
 * Idempotent. `lower` is the tree of all layers below; undefined for the lowest layer.
 */
export function settleLayer(
  _dir: string,
  _fixups: LayerFixups,
  _lower: TreeView | undefined,
  _options: { readonly userXattr?: boolean | undefined } = {},
): void {
  throw new Error('being written')
}
