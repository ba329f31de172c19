import type { Digest } from '../oci/index.ts'
import type { SnapshotId } from './snapshotter.ts'

/** What was taken away. `diskBytes` is what the file system gave back. */
export interface RemovedSnapshots {
  readonly snapshots: number
  readonly diskBytes: number
}

/** Sums over all committed and active snapshots. */
export interface SnapshotUsage {
  readonly snapshots: number
  readonly diskBytes: number
  /** Of it, what `removeUnused` would take away. */
  readonly unusedSnapshots: number
  readonly unusedDiskBytes: number
}

/** Something that is not as it must be: a row without its directory, a directory of nobody, a changed snapshot. */
export interface SnapshotFinding {
  readonly kind: 'missing-directory' | 'stray-directory' | 'broken-parent' | 'changed' | 'dead-lease'
  readonly message: string
  readonly id?: SnapshotId | undefined
  readonly chainId?: Digest | undefined
}

/** What the store's upkeep (gc, check-store, system df) asks of a snapshotter beside the build's own contract. */
export interface SnapshotUpkeep {
  /** Finishes what dead processes left: their active snapshots, removals half done, directories that no row names. */
  reap(): Promise<RemovedSnapshots>
  /** Removes, leaf by leaf, the committed snapshots that no image, cache record, lease or other snapshot holds. */
  removeUnused(signal?: AbortSignal): Promise<RemovedSnapshots>
  usage(): SnapshotUsage
  /** @param deep also makes every layer again and compares it with its diff ID. */
  check(options?: {
    readonly deep?: boolean | undefined
    readonly signal?: AbortSignal | undefined
  }): Promise<readonly SnapshotFinding[]>
}
