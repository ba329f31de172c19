import type { NodeMeta, TreeWriter } from '../tree.ts'

export interface EnsureDirResult {
  /** Directories that were made, parents first. */
  readonly made: readonly string[]
}

/** Makes the directory `path` (resolved: no symlink among its parents) and its missing parents, all with `meta`. Throws `TREE_NOT_A_DIRECTORY`. */
export function ensureDir(_writer: TreeWriter, _path: string, _meta: NodeMeta): EnsureDirResult {
  throw new Error('being written')
}
