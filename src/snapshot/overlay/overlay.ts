import { TareError } from '../../base/error.ts'
import { openStackTree } from '../../layer/index.ts'
import type { SnapshotErrorCode } from '../error.ts'
import type { RootSource, SnapshotId, Snapshotter } from '../snapshotter.ts'
import type { SnapshotUpkeep } from '../upkeep.ts'
import { prepareActive } from './active.ts'
import { layerAgain } from './layer-again.ts'
import { snapshotOf } from './rows.ts'
import { type OverlayOptions, type OverlayState, openState, removeRow } from './state.ts'
import { unpackStack } from './unpack.ts'
import { checkSnapshots, reapSnapshots, removeUnusedSnapshots, snapshotUsage } from './upkeep.ts'

export interface OverlaySnapshotter extends Snapshotter, SnapshotUpkeep {}

/**
 * Snapshots as overlay layer directories. Any number of processes may use one store: rows say what is whose, a committed
 * snapshot's files are on the disk before its row is committed, and gone rows' files go before the rows do.
 */
export function openOverlaySnapshotter(options: OverlayOptions): OverlaySnapshotter {
  const state = openState(options)
  return {
    kind: 'overlay',
    get: id => snapshotOf(state.rows.committed(id)),
    find: chainId => {
      const row = state.rows.byChain(chainId)
      return row && snapshotOf(row)
    },
    prepare: async parent => prepareActive(state, parent),
    view: id => (id === undefined ? openStackTree([state.places.empty()]) : state.stacks.tree(id)),
    readOnlyRoot: id => readOnlyRoot(state, id),
    unpack: (layers, unpackOptions) => unpackStack(state, layers, unpackOptions),
    layerTar: (id, signal) => layerAgain(state, id, signal),
    remove: id => removeCommitted(state, id),
    reap: () => reapSnapshots(state),
    removeUnused: signal => removeUnusedSnapshots(state, signal),
    usage: () => snapshotUsage(state),
    check: checkOptions => checkSnapshots(state, checkOptions),
  }
}

/** The kernel wants two lower directories where there is no upper one. */
function readOnlyRoot(state: OverlayState, id: SnapshotId): RootSource {
  return { kind: 'overlay', lower: [...state.stacks.directories(id), state.places.empty()] }
}

async function removeCommitted(state: OverlayState, id: SnapshotId): Promise<void> {
  const mark = (): void => {
    state.rows.committed(id)
    if (state.rows.hasChildren(id)) throw hasChildren(id)
    state.rows.markRemoving(id)
  }
  state.rows.db.transaction(mark, { durable: true })
  await removeRow(state, id)
}

function hasChildren(id: SnapshotId): TareError<SnapshotErrorCode> {
  return new TareError<SnapshotErrorCode>('SNAPSHOT_HAS_CHILDREN', `removing snapshot ${id}: others stand on it`, {
    facts: { id },
  })
}
