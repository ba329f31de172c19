import type { TreeView } from '../../layer/index.ts'
import type { CopyOp } from '../../plan/index.ts'
import { selectSources } from './select.ts'

/**
 * What COPY or ADD takes from one of its inputs, directories aside: absolute paths in that tree, each once. A source
 * that is not there takes nothing.
 */
export async function takenPaths(
  op: CopyOp,
  input: number,
  tree: TreeView,
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const paths = new Set<string>()
  for (const part of op.parts) {
    if (part.kind !== 'files' || part.input !== input) continue
    for (const { entries } of await selectSources(tree, part.sources, op.excludes, () => {}, signal))
      for (const { from, entry } of entries) if (entry.type !== 'dir') paths.add(from)
  }
  return paths
}
