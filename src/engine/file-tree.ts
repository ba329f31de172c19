import type { TreeView } from '../layer/index.ts'
import type { Digest } from '../oci/index.ts'
import type { VertexResult } from './result.ts'

/** Files that are no root. `tree` runs at most once; where there is no key, the content counts. */
export function fileTree(tree: () => Promise<TreeView>, key?: Digest): VertexResult {
  let made: Promise<TreeView> | undefined
  return {
    key,
    chainId: undefined,
    layers: [],
    added: undefined,
    cached: false,
    createdMs: undefined,
    ms: 0,
    snapshot: async () => undefined,
    tree: () => {
      made ??= tree()
      return made
    },
  }
}
