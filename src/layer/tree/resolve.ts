import type { TreeEntry, TreeView } from '../tree.ts'

export interface ResolveOptions {
  /** Where relative paths start; `/` when not given. */
  readonly cwd?: string | undefined
  /** Whether a symlink at the end of the path is followed; true when not given. */
  readonly followLast?: boolean | undefined
}

export interface ResolvedPath {
  /** Absolute, cleaned, with no symlink among its parents. */
  readonly path: string
  /** Undefined when it does not exist. */
  readonly entry: TreeEntry | undefined
}

/** Resolves a path inside the tree as a process whose root it is would. */
export function resolveInRoot(_tree: TreeView, _path: string, _options: ResolveOptions = {}): ResolvedPath {
  throw new Error('being written')
}
