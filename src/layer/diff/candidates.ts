import { hostLstat, hostNames } from '../tree/host-entry.ts'
import { readOpacity } from '../tree/overlay-marks.ts'
import { ancestorsOf, baseOf, parentOf } from '../tree/tree-path.ts'
import type { TreeView } from '../tree.ts'

/**
 * Where a tree may differ from the one below it. May name too much (all is compared), must not name too little:
 * a changed, added or removed entry, and each directory on the way to it, has to be named. Directories that the lower
 * tree does not have are listed from the tree itself.
 */
export interface Candidates {
  /** Names in the directory `dir` (absolute in the tree), in any order; none when nothing below it can differ. */
  names(dir: string): Iterable<string>
}

/**
 * Of an overlay upper directory over `lower`: what is in it, whiteouts included, and all of the lower tree wherever an
 * opaque directory hides it.
 */
export function upperCandidates(upper: string, lower: TreeView | undefined): Candidates {
  const opaque = new Set<string>()
  return {
    names(dir) {
      const host = dir === '/' ? upper : upper + dir
      if (hostLstat(host)?.type !== 'dir') return []
      const names = hostNames(host)
      if (dir !== '/' && (opaque.has(parentOf(dir)) || readOpacity(host) === 'opaque')) opaque.add(dir)
      return opaque.has(dir) && lower ? new Set([...names, ...namesIn(lower, dir)]) : names
    },
  }
}

/** Everything in either tree. */
export function allCandidates(lower: TreeView | undefined, tree: TreeView): Candidates {
  return { names: dir => new Set([...(lower ? namesIn(lower, dir) : []), ...tree.readdir(dir)]) }
}

/** The given paths, absolute in the tree: of changed, added and removed entries, in any order. */
export function pathCandidates(paths: Iterable<string>): Candidates {
  const byDir = new Map<string, Set<string>>()
  for (const path of paths) {
    for (const at of [path, ...ancestorsOf(path)]) {
      if (at === '/') break
      const names = byDir.get(parentOf(at)) ?? new Set()
      byDir.set(parentOf(at), names.add(baseOf(at)))
    }
  }
  return { names: dir => byDir.get(dir) ?? [] }
}

function namesIn(tree: TreeView, dir: string): string[] {
  return tree.lstat(dir)?.type === 'dir' ? tree.readdir(dir) : []
}
