import type { TreeView } from '../tree.ts'

/** Overlay layer directories, the top first, as the tree that the kernel's overlay would show. */
export function openStackTree(_dirsTopFirst: readonly string[]): TreeView {
  throw new Error('being written')
}
