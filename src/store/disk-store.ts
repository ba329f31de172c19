import { type Db, openDatabase } from '../db/index.ts'
import type { Digest } from '../oci/index.ts'
import type { BuildRecords } from './build-records.ts'
import type { CacheMounts } from './cache-mounts/cache-mounts.ts'
import { DiskCacheMounts } from './cache-mounts/disk-cache-mounts.ts'
import { checkStore } from './check/check-store.ts'
import type { CheckOptions, Finding } from './check/finding.ts'
import type { ContentStore } from './content.ts'
import { DiskBuildRecords } from './disk-build-records.ts'
import { DiskContent } from './disk-content.ts'
import { DiskFileDigests } from './disk-file-digests.ts'
import { DiskLayerForms } from './disk-layer-forms.ts'
import type { FileDigests } from './file-digests.ts'
import {
  type BlobUsage,
  blobUsage,
  type PruneOptions,
  type RemovedBlobs,
  removeDanglingImages,
  removeUnusedBlobs,
} from './gc.ts'
import { DiskImages } from './images/disk-images.ts'
import type { Images, Removal } from './images/images.ts'
import type { LayerForms } from './layer-forms.ts'
import { type Lease, type OpenLease, openLease, type Reaped, reapDeadLeases } from './leases.ts'
import type { StorePaths } from './paths.ts'
import { giveUpReserve, keepReserve } from './reserve.ts'
import type { Store } from './store.ts'

/** The store in a directory. */
export class DiskStore implements Store {
  readonly content: ContentStore
  readonly layers: LayerForms
  readonly images: Images
  readonly fileDigests: FileDigests
  readonly buildRecords: BuildRecords
  readonly cacheMounts: CacheMounts
  readonly #paths: StorePaths
  readonly #now: () => number
  #db: Db | undefined
  #lease: OpenLease | undefined
  #removing = false

  constructor(paths: StorePaths, now: () => number) {
    this.#paths = paths
    this.#now = now
    const db = (): Db => this.db
    const lease = (): Lease => this.lease()
    this.content = new DiskContent({ paths, db, lease, now })
    this.layers = new DiskLayerForms(db)
    const prepareRemoval = (): void => {
      this.prepareRemoval()
      this.reapDeadLeases()
    }
    this.images = new DiskImages({
      db,
      content: this.content,
      lease,
      ownLeaseId: () => this.#lease?.id,
      prepareRemoval,
      now,
    })
    this.fileDigests = new DiskFileDigests(db, now)
    this.buildRecords = new DiskBuildRecords(db)
    this.cacheMounts = new DiskCacheMounts(paths.cacheMounts, db, now)
  }

  get root(): string {
    return this.#paths.root
  }

  get db(): Db {
    this.#db ??= openDatabase(this.#paths.database)
    return this.#db
  }

  lease(purpose = 'tare'): Lease {
    if (!this.#lease) {
      this.reapDeadLeases()
      this.#lease = openLease(this.#paths, this.db, purpose, this.#now)
      if (!this.#removing) keepReserve(this.#paths)
    }
    return this.#lease
  }

  prepareRemoval(): void {
    this.#removing = true
    giveUpReserve(this.#paths)
  }

  reapDeadLeases(): Reaped {
    return reapDeadLeases(this.#paths, this.db)
  }

  async removeUnusedBlobs(): Promise<RemovedBlobs> {
    this.prepareRemoval()
    this.reapDeadLeases()
    return removeUnusedBlobs({ paths: this.#paths, db: this.db, lease: this.lease(), now: this.#now() })
  }

  removeDanglingImages(options: PruneOptions = {}): Removal[] {
    this.prepareRemoval()
    this.reapDeadLeases()
    return removeDanglingImages(this.db, options)
  }

  usage(): BlobUsage {
    return blobUsage(this.db)
  }

  async check(options: CheckOptions = {}): Promise<Finding[]> {
    return await checkStore(
      () => ({
        paths: this.#paths,
        db: this.db,
        content: this.content,
        cacheMounts: this.cacheMounts,
        lease: () => this.lease(),
      }),
      options,
    )
  }

  chainIdsInUse(): Set<Digest> {
    return new Set(this.db.all<{ id: Digest }>('SELECT DISTINCT chain_id AS id FROM image_layer').map(row => row.id))
  }

  async close(): Promise<void> {
    try {
      this.#lease?.close()
    } finally {
      this.#lease = undefined
      this.#db?.close()
      this.#db = undefined
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }
}
