import { TareError } from '../../base/error.ts'
import { printable } from '../../base/source.ts'
import type { LayerErrorCode } from '../layer-error.ts'
import type { TreeEntry, TreeView } from '../tree.ts'
import { joinPath, parentOf } from './tree-path.ts'

/** As many symlinks as Linux follows in one path. */
const MOST_LINKS = 40

/** All that resolving needs of a tree. */
export type PathLookup = Pick<TreeView, 'lstat' | 'readlink'>

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

/**
 * Resolves a path inside the tree as a process whose root it is would: absolute links start at the root again, `..`
 * stops at it. Components after the first missing one are taken by name. Throws `TREE_TOO_MANY_LINKS`, and
 * `TREE_NOT_A_DIRECTORY` when something else than a directory stands in the way.
 */
export function resolveInRoot(tree: PathLookup, path: string, options: ResolveOptions = {}): ResolvedPath {
  const followLast = options.followLast ?? true
  const todo = `${path.startsWith('/') ? '' : `${options.cwd ?? '/'}/`}${path}`.split('/').reverse()
  let links = 0
  let at = '/'
  // Nothing has to be looked for in what is not there.
  let missing = false
  while (todo.length > 0) {
    const name = todo.pop()
    if (name === undefined || name === '' || name === '.') continue
    if (name === '..') {
      at = parentOf(at)
      missing = false
      continue
    }
    const next = joinPath(at, name)
    const entry: TreeEntry | undefined = missing ? undefined : tree.lstat(next)
    const last = todo.every(rest => rest === '' || rest === '.')
    if (entry?.type === 'symlink' && (!last || followLast)) {
      if (++links > MOST_LINKS) throw tooManyLinks(path)
      const target = tree.readlink(next)
      if (target.startsWith('/')) at = '/'
      todo.push(...target.split('/').reverse())
      continue
    }
    if (entry && entry.type !== 'dir' && !last) throw inTheWay(path, next)
    missing = entry === undefined
    at = next
  }
  return { path: at, entry: missing ? undefined : tree.lstat(at) }
}

function tooManyLinks(path: string): TareError<LayerErrorCode> {
  return new TareError('TREE_TOO_MANY_LINKS', `resolving ${printable(path)}: too many symbolic links`, {
    facts: { path },
  })
}

function inTheWay(path: string, obstacle: string): TareError<LayerErrorCode> {
  return new TareError(
    'TREE_NOT_A_DIRECTORY',
    `resolving ${printable(path)}: ${printable(obstacle)} is not a directory`,
    {
      facts: { path: obstacle },
    },
  )
}
