import type { TreeEntry } from '../tree.ts'

/** One entry of a canonical layer. `path` is absolute within the tree. */
export type LayerEntry =
  /** A directory, file, symlink, fifo or device, as the new tree has it. */
  | { readonly kind: 'node'; readonly path: string; readonly entry: TreeEntry }
  /** A further name of the file at `target`, which stands earlier in the same layer. */
  | { readonly kind: 'hardlink'; readonly path: string; readonly target: string; readonly entry: TreeEntry }
  /** `path` was in the lower tree and is gone. */
  | { readonly kind: 'whiteout'; readonly path: string }
