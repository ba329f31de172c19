import type { TreeView } from '../tree.ts'

/** A plain host directory as a tree, owners as they are. */
export function openDirectoryTree(_hostDir: string): TreeView {
  throw new Error('being written')
}
