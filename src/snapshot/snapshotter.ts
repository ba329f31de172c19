import type { TreeView, TreeWriter } from '../layer/index.ts'
import type { Bytes, Digest } from '../oci/index.ts'

/** A row of the snapshot table; stays the same over the snapshot's life. */
export type SnapshotId = number

/** A committed snapshot: never written again. `layer` is undefined when it holds no change over its parent. */
export interface Snapshot {
  readonly id: SnapshotId
  readonly parent: SnapshotId | undefined
  readonly chainId: Digest
  readonly diffId: Digest
  /** Length of the canonical layer tar. */
  readonly uncompressedBytes: number
  readonly entries: number
}

/** How a sandbox gets at a snapshot's root directory. Host paths; `lower` from the top down; without `upper` and `work` read-only. */
export type RootSource =
  | {
      readonly kind: 'overlay'
      readonly lower: readonly string[]
      readonly upper?: string | undefined
      readonly work?: string | undefined
      /** False when no layer holds a device node that reaches the machine. */
      readonly devices?: boolean | undefined
    }
  | { readonly kind: 'directory'; readonly path: string }

/** A snapshot being written. Exactly one of commit and abandon ends it; a killed process's are reaped with its lease. */
export interface ActiveSnapshot extends AsyncDisposable {
  readonly id: SnapshotId
  readonly parent: SnapshotId | undefined
  /** The whole tree as a process in it would see it, and the way to change it. Not to be used while a sandbox runs in it. */
  readonly tree: TreeWriter
  /** What a sandbox mounts or enters; call before each run. */
  root(): RootSource
  /**
   * Computes the layer, makes everything durable and commits. Returns undefined, and drops the snapshot, when nothing
   * changed over the parent. A snapshot with the same chain ID is returned instead of a second one being kept.
   * @param epoch SOURCE_DATE_EPOCH in seconds: later mtimes of changed entries are set to it, on disk too.
   */
  commit(options?: {
    readonly epoch?: number | undefined
    readonly signal?: AbortSignal | undefined
  }): Promise<Snapshot | undefined>
  /** Removes all traces. Idempotent; after commit it does nothing. */
  abandon(): Promise<void>
}

/** A layer to be put on a stack by `unpack`. */
export interface UnpackLayer {
  readonly diffId: Digest
  /** The uncompressed tar, verified against diffId by `unpack` too. */
  open(signal?: AbortSignal): Bytes
}

/** The contract is snapshotter.contract.ts; every implementation passes it. */
export interface Snapshotter {
  readonly kind: 'overlay' | 'copy'
  /** Throws `SNAPSHOT_NOT_FOUND`. */
  get(id: SnapshotId): Snapshot
  find(chainId: Digest): Snapshot | undefined
  prepare(parent: SnapshotId | undefined): Promise<ActiveSnapshot>
  /** The tree of a committed snapshot; of an empty root when undefined. */
  view(id: SnapshotId | undefined): TreeView
  /** Where a sandbox can read a committed snapshot's root without changing it. */
  readOnlyRoot(id: SnapshotId): RootSource
  /**
   * Unpacks a whole stack of layers, those that are missing in parallel, and returns its top (undefined for none).
   * Nothing is committed whose diff ID was not right.
   */
  unpack(layers: readonly UnpackLayer[], options?: UnpackOptions): Promise<Snapshot | undefined>
  /** The canonical layer tar of a committed snapshot, made again. Throws `SNAPSHOT_CHANGED` at the end unless it equals its diff ID. */
  layerTar(id: SnapshotId, signal?: AbortSignal): Bytes
  /** Removes a committed snapshot that has no children. Only gc calls it. */
  remove(id: SnapshotId): Promise<void>
}

export interface UnpackOptions {
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((index: number, uncompressedBytes: number) => void) | undefined
}
