import { TareError } from '../../base/error.ts'
import { diffLayer, layerTar, upperCandidates } from '../../layer/index.ts'
import type { Bytes, Digest } from '../../oci/index.ts'
import type { SnapshotErrorCode } from '../error.ts'
import type { SnapshotId } from '../snapshotter.ts'
import type { OverlayState } from './state.ts'

/** `Snapshotter.layerTar`: the tar of a committed snapshot made again from its files, and verified at its end. */
export async function* layerAgain(state: OverlayState, id: SnapshotId, signal?: AbortSignal): Bytes {
  const row = state.rows.committed(id)
  const tree = state.stacks.tree(id)
  const lower = row.parent_id === null ? undefined : state.stacks.tree(row.parent_id)
  const candidates = upperCandidates(state.places.fs(id), lower)
  const tar = layerTar(await diffLayer({ lower, tree, candidates, signal }), tree, { signal })
  yield* tar
  const { diffId } = tar.summary()
  if (diffId !== row.diff_id) throw changed(id, row.diff_id!, diffId)
}

function changed(id: SnapshotId, expected: Digest, actual: Digest): TareError<SnapshotErrorCode> {
  const message = `making the layer of snapshot ${id} again: expected ${expected}, got ${actual}`
  return new TareError<SnapshotErrorCode>('SNAPSHOT_CHANGED', message, { facts: { id, expected, actual } })
}
