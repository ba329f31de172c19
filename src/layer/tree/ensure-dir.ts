import type { NodeMeta, TreeWriter } from '../tree.ts'
import { ancestorsOf, notADirectory } from './tree-path.ts'

export interface EnsureDirResult {
  /** Directories that were made, parents first. */
  readonly made: readonly string[]
}

/** Makes the directory `path` (resolved: no symlink among its parents) and its missing parents, all with `meta`. Throws `TREE_NOT_A_DIRECTORY`. */
export function ensureDir(writer: TreeWriter, path: string, meta: NodeMeta): EnsureDirResult {
  const made: string[] = []
  for (const dir of [path, ...ancestorsOf(path)]) {
    const entry = writer.lstat(dir)
    if (entry?.type === 'dir') break
    if (entry) throw notADirectory('making directory', dir)
    made.unshift(dir)
  }
  for (const dir of made) writer.mkdir(dir, meta)
  return { made }
}
