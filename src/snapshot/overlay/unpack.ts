import { TareError } from '../../base/error.ts'
import { Limit } from '../../base/limit.ts'
import { type ApplyResult, applyLayer, openStackTree, settleLayer } from '../../layer/index.ts'
import { childChainId, type Digest } from '../../oci/index.ts'
import type { SnapshotErrorCode } from '../error.ts'
import type { Snapshot, SnapshotId, UnpackLayer, UnpackOptions } from '../snapshotter.ts'
import { markDevices } from './device-mark.ts'
import { measureDirectory } from './remove-directory.ts'
import { snapshotOf } from './rows.ts'
import { type OverlayState, removeRow } from './state.ts'

/** More would only fight for the same disk and cores. */
const PARALLEL = 4

interface Unpacked {
  readonly id: SnapshotId
  readonly layer: UnpackLayer
  readonly chainId: Digest
  readonly applied: ApplyResult
}

/** `Snapshotter.unpack`: what is missing is unpacked in parallel, then put together and committed all at once. */
export async function unpackStack(
  state: OverlayState,
  layers: readonly UnpackLayer[],
  options: UnpackOptions = {},
): Promise<Snapshot | undefined> {
  const chainIds = chainIdsOf(layers)
  const present = countPresent(state, chainIds)
  const base = present === 0 ? undefined : state.rows.byChain(chainIds[present - 1]!)
  if (base && present === layers.length) return snapshotOf(base)
  if (layers.length === 0) return undefined
  const made: SnapshotId[] = []
  const committed = new Set<SnapshotId>()
  try {
    const unpacked = await unpackAll(state, { layers, chainIds, from: present }, made, options)
    await settleAll(state, base?.id, unpacked)
    await state.durability.sync()
    options.signal?.throwIfAborted()
    const disk = await Promise.all(unpacked.map(({ id }) => measureDirectory(state.places.fs(id))))
    return commitAll(state, base?.id, unpacked, disk, committed)
  } finally {
    for (const id of made) if (!committed.has(id)) await removeRow(state, id)
  }
}

function chainIdsOf(layers: readonly UnpackLayer[]): Digest[] {
  const chainIds: Digest[] = []
  for (const { diffId } of layers) chainIds.push(childChainId(chainIds.at(-1), diffId))
  return chainIds
}

/** How many layers from the bottom on are there already; held from now on. */
function countPresent(state: OverlayState, chainIds: readonly Digest[]): number {
  return state.rows.db.transaction(() => {
    for (let count = chainIds.length; count > 0; count--) {
      const row = state.rows.byChain(chainIds[count - 1]!)
      if (!row) continue
      state.rows.hold(row.id)
      return count
    }
    return 0
  })
}

interface Stack {
  readonly layers: readonly UnpackLayer[]
  readonly chainIds: readonly Digest[]
  readonly from: number
}

async function unpackAll(
  state: OverlayState,
  stack: Stack,
  made: SnapshotId[],
  options: UnpackOptions,
): Promise<Unpacked[]> {
  const failed = new AbortController()
  const signal = options.signal ? AbortSignal.any([options.signal, failed.signal]) : failed.signal
  const limit = new Limit(PARALLEL)
  const tasks = stack.layers.slice(stack.from).map(async (layer, offset) => {
    const index = stack.from + offset
    return await limit.run(async () => {
      const id = newPlace(state, made)
      const onProgress = (bytes: number): void => options.onProgress?.(index, bytes)
      const applied = await applyLayer(layer.open(signal), state.places.fs(id), { signal, onProgress })
      if (applied.foreignDevices) markDevices(state.places.fs(id))
      if (applied.diffId !== layer.diffId) throw wrongLayer(layer.diffId, applied.diffId)
      return { id, layer, chainId: stack.chainIds[index]!, applied }
    }, signal)
  })
  const results = await Promise.allSettled(
    tasks.map(task =>
      task.catch((error: unknown) => {
        // The first failure ends the others, whose own complaint is then only about that.
        failed.abort(error)
        throw error
      }),
    ),
  )
  options.signal?.throwIfAborted()
  if (failed.signal.aborted) throw failed.signal.reason
  return results.map(result => (result as PromiseFulfilledResult<Unpacked>).value)
}

function newPlace(state: OverlayState, made: SnapshotId[]): SnapshotId {
  const id = state.rows.insertActive(undefined)
  made.push(id)
  state.places.make(id)
  return id
}

/** From the bottom up: what a layer leaves open, the layers below it tell. */
async function settleAll(
  state: OverlayState,
  base: SnapshotId | undefined,
  unpacked: readonly Unpacked[],
): Promise<void> {
  const below = state.stacks.directories(base)
  for (const { id, applied } of unpacked) {
    const lower = below.length > 0 ? openStackTree(below) : undefined
    settleLayer(state.places.fs(id), applied.fixups, lower)
    below.unshift(state.places.fs(id))
  }
}

/** A layer that somebody else has committed meanwhile is taken from there, and ours goes. */
function commitAll(
  state: OverlayState,
  base: SnapshotId | undefined,
  unpacked: readonly Unpacked[],
  disk: readonly number[],
  committed: Set<SnapshotId>,
): Snapshot {
  const { rows } = state
  const fresh: SnapshotId[] = []
  const top = rows.db.transaction(() => {
    let parentId = base
    for (const [index, { id, chainId, applied }] of unpacked.entries()) {
      const same = rows.byChain(chainId)
      if (same) rows.hold(same.id)
      else {
        const { diffId, uncompressedBytes, entries } = applied
        const diskBytes = disk[index] ?? 0
        rows.commit({ id, parentId, chainId, diffId, uncompressedBytes, entries, diskBytes, origin: 'unpacked' })
        fresh.push(id)
      }
      parentId = same?.id ?? id
    }
    return rows.committed(parentId!)
  })
  for (const id of fresh) committed.add(id)
  return snapshotOf(top)
}

function wrongLayer(expected: Digest, actual: Digest): TareError<SnapshotErrorCode> {
  return new TareError<SnapshotErrorCode>(
    'SNAPSHOT_WRONG_LAYER',
    `unpacking layer: expected ${expected}, got ${actual}`,
    {
      facts: { expected, actual },
    },
  )
}
