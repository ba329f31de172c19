import type { CacheKey, CacheRecord } from '../cache/index.ts'
import type { Digest } from '../oci/index.ts'
import type { Snapshot } from '../snapshot/index.ts'
import type { OpContext } from './environment.ts'
import type { StackLayer, VertexResult } from './result.ts'

/** A root that was made, now or in an earlier build. */
export interface Made {
  readonly record: Pick<CacheRecord, 'key' | 'createdMs'>
  readonly snapshot: Snapshot | undefined
}

/** What is known by one of the keys and stands on the root; held from now on. */
export function lookUpMade(
  keys: readonly CacheKey[],
  rootChainId: Digest | null | undefined,
  { environment, options }: OpContext,
): Made | undefined {
  if (options.noCache || keys.length === 0) return undefined
  const record = environment.cache.lookup(keys, rootChainId)
  if (!record) return undefined
  if (record.snapshotId === undefined) return { record, snapshot: undefined }
  try {
    const snapshot = environment.snapshotter.get(record.snapshotId)
    environment.hold(snapshot)
    return { record, snapshot }
  } catch {
    // A gc in another process was faster than the hold: then the step is built again.
    return undefined
  }
}

export function resultOf(
  root: VertexResult | undefined,
  { record, snapshot }: Made,
  cached: boolean,
  since: number,
  { environment }: OpContext,
): VertexResult {
  const changed = snapshot !== undefined && snapshot.chainId !== (root?.chainId ?? null)
  const added: StackLayer | undefined = changed
    ? { diffId: snapshot.diffId, uncompressedBytes: snapshot.uncompressedBytes }
    : undefined
  return {
    key: record.key,
    chainId: snapshot?.chainId ?? null,
    layers: added ? [...(root?.layers ?? []), added] : (root?.layers ?? []),
    added,
    cached,
    createdMs: record.createdMs,
    ms: performance.now() - since,
    snapshot: async () => snapshot,
    tree: async () => environment.snapshotter.view(snapshot?.id),
  }
}
