import type { NodeMeta, TreeWriter } from '../tree.ts'
import { ancestorsOf, notADirectory } from './tree-path.ts'

export interface EnsureDirResult {
  /** Directories that were made, parents first. */
  readonly made: readonly string[]
}

/** Makes the directory `path` (resolved: no symlink among its parents) and its missing parents, all with `meta`. Throws `TREE_NOT_A_DIRECTORY`. */
export function ensureDir(writer: TreeWriter, path: string, meta: NodeMeta): EnsureDirResult {
  if (writer.lstat(path)?.type === 'dir') return { made: [] }
  // From the root down: what lies in a missing directory need not be looked for.
  const made: string[] = []
  for (const dir of [path, ...ancestorsOf(path)].reverse()) {
    const entry = made.length > 0 ? undefined : writer.lstat(dir)
    if (entry?.type === 'dir') continue
    if (entry) throw notADirectory('making directory', dir)
    made.push(dir)
  }
  for (const dir of made) writer.mkdir(dir, meta)
  return { made }
}
