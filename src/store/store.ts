import type { Db } from '../db/index.ts'
import type { Digest } from '../oci/index.ts'
import type { BuildRecords } from './build-records.ts'
import type { CacheMounts } from './cache-mounts/cache-mounts.ts'
import type { CheckOptions, Finding } from './check/finding.ts'
import type { ContentStore } from './content.ts'
import type { FileDigests } from './file-digests.ts'
import type { BlobUsage, PruneOptions, RemovedBlobs } from './gc.ts'
import type { Images, Removal } from './images/images.ts'
import type { LayerForms } from './layer-forms.ts'
import type { Lease, Reaped } from './leases.ts'

/** A store on disk, shared by any number of processes. Closing it gives the lease back. */
export interface Store extends AsyncDisposable {
  /** Absolute path. */
  readonly root: string
  /** Opened at first use. */
  readonly db: Db
  readonly content: ContentStore
  readonly layers: LayerForms
  readonly images: Images
  readonly fileDigests: FileDigests
  readonly buildRecords: BuildRecords
  readonly cacheMounts: CacheMounts
  /** This process's lease on this store, made at the first call, which also reaps the dead ones. Only writers need it. */
  lease(purpose?: string): Lease
  /** Ends what killed processes left: their rows, holds and temp files. Safe in any number of processes at once. */
  reapDeadLeases(): Reaped
  /**
   * Frees the room that the store keeps for this moment, so that rows can be deleted on a full disk. The removing methods of
   * the store call it; who removes other things (snapshots) calls it first. The next process that writes makes it again.
   */
  prepareRemoval(): void
  /** Blobs that no image, layer of an image, or lease needs. */
  removeUnusedBlobs(): Promise<RemovedBlobs>
  /** Images without a name; with `all` every image; never one that a lease holds. `createdBeforeMs` keeps younger ones. */
  removeDanglingImages(options?: PruneOptions): Removal[]
  usage(): BlobUsage
  /** Everything wrong with the store but for snapshots. Without `repair` nothing is changed. */
  check(options?: CheckOptions): Promise<Finding[]>
  /** Chain IDs that images need, from their base up: snapshots which gc keeps. */
  chainIdsInUse(): Set<Digest>
  close(): Promise<void>
}

export interface StoreOptions {
  /** Else `$TARE_ROOT`, `/var/lib/tare` for root, `$XDG_DATA_HOME/tare`. */
  readonly root?: string | undefined
  readonly env?: Readonly<Record<string, string | undefined>> | undefined
  /** Milliseconds since the epoch; tests give their own clock. */
  readonly now?: (() => number) | undefined
}
