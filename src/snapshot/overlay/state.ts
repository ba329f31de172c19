import type { Db } from '../../db/index.ts'
import type { SnapshotId } from '../snapshotter.ts'
import { Durability } from './durability.ts'
import { SnapshotPlaces } from './places.ts'
import { removeDirectory } from './remove-directory.ts'
import { SnapshotRows } from './rows.ts'
import { SnapshotStacks } from './stacks.ts'

export interface OverlayOptions {
  readonly db: Db
  /** `$TARE_ROOT/snapshots`; made when missing. */
  readonly directory: string
  /** The lease of this process, opened at the first need; its row in `lease` goes when the process is gone. */
  readonly leaseId: () => string
}

/** What the parts of the overlay snapshotter share. */
export interface OverlayState {
  readonly rows: SnapshotRows
  readonly places: SnapshotPlaces
  readonly stacks: SnapshotStacks
  readonly durability: Durability
}

export function openState(options: OverlayOptions): OverlayState {
  const rows = new SnapshotRows(options.db, options.leaseId)
  const places = new SnapshotPlaces(options.directory)
  return { rows, places, stacks: new SnapshotStacks(rows, places), durability: new Durability(options.directory) }
}

/** Takes away the directory of a row that nobody else uses any more, then the row. Returns the bytes of disk. */
export async function removeRow(state: OverlayState, id: SnapshotId): Promise<number> {
  state.stacks.forget(id)
  const diskBytes = await removeDirectory(state.places.home(id))
  state.rows.delete(id)
  return diskBytes
}
