import type { TreeView } from '../tree.ts'

/**
 * Where a tree may differ from the one below it. May name too much (all is compared), must not name too little:
 * a changed, added or removed entry, and each directory on the way to it, has to be named.
 */
export interface Candidates {
  /** Names in the directory `dir` (absolute in the tree), in any order; none when nothing below it can differ. */
  names(dir: string): Iterable<string>
}

/** Of an overlay upper directory over `lower`. */
export function upperCandidates(_upper: string, _lower: TreeView): Candidates {
  throw new Error('being written')
}

/** Everything in either tree. */
export function allCandidates(_lower: TreeView, _tree: TreeView): Candidates {
  throw new Error('being written')
}

/** The given paths (absolute in the tree) and all that is in those that are directories in only one of the trees. */
export function pathCandidates(_paths: Iterable<string>, _lower: TreeView, _tree: TreeView): Candidates {
  throw new Error('being written')
}
