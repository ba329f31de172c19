import type { Db } from '../db/index.ts'
import type { Digest } from '../oci/index.ts'
import type { Removal } from './images/images.ts'
import { loadImages } from './images/load.ts'
import { deleteImage } from './images/remove.ts'
import type { Lease } from './leases.ts'
import type { StorePaths } from './paths.ts'
import { blobFiles, removeRowless } from './rowless.ts'

export interface RemovedBlobs {
  readonly digests: readonly Digest[]
  readonly compressedBytes: number
}

/** Blobs for `system df`: bytes as stored. Reclaimable is what `removeUnusedBlobs` would take now. */
export interface BlobUsage {
  readonly blobs: number
  readonly compressedBytes: number
  readonly reclaimableBlobs: number
  readonly reclaimableBytes: number
}

export interface PruneOptions {
  readonly all?: boolean | undefined
  /** Keeps images made at this time (milliseconds since the epoch) or later. */
  readonly createdBeforeMs?: number | undefined
}

interface GcParts {
  readonly paths: StorePaths
  readonly db: Db
  readonly lease: Lease
  readonly now: number
}

const UNUSED = `FROM blob WHERE
  digest NOT IN (SELECT id FROM image) AND
  digest NOT IN (SELECT manifest_digest FROM image WHERE manifest_digest IS NOT NULL) AND
  digest NOT IN (SELECT digest FROM repo_digest) AND
  digest NOT IN (SELECT form.digest FROM layer_blob AS form JOIN image_layer AS used ON used.diff_id = form.diff_id) AND
  digest NOT IN (SELECT key FROM lease_hold WHERE kind = 'blob')`

/** Stat-cache rows that nobody has written for so long are of files long gone. */
const FORGET_FILES_MS = 90 * 24 * 3600 * 1000

/**
 * Rows first and durably, files after: a power cut in between leaves files without rows, which the next call takes along,
 * never rows without files. A hold stands for each file still to be deleted, so that after a kill the reaper does it.
 */
export function removeUnusedBlobs({ paths, db, lease, now }: GcParts): RemovedBlobs {
  const unused = db.transaction(
    () => {
      const rows = db.all<{ digest: Digest; size: number }>(`SELECT digest, size ${UNUSED}`)
      for (const { digest } of rows) {
        db.run('DELETE FROM blob WHERE digest = ?', digest)
        lease.hold('blob', digest)
      }
      forgetLeftovers(db, now)
      return rows
    },
    { durable: true },
  )
  for (const digest of blobFiles(paths)) removeRowless(paths, db, digest, lease.tempPath())
  db.transaction(() => {
    for (const { digest } of unused) lease.drop('blob', digest)
  })
  return { digests: unused.map(row => row.digest), compressedBytes: unused.reduce((sum, row) => sum + row.size, 0) }
}

/** Images that nobody names, or with `all` any, but never what a lease holds. */
export function removeDanglingImages(db: Db, options: PruneOptions): Removal[] {
  const before = options.createdBeforeMs ?? Number.POSITIVE_INFINITY
  return db.transaction(
    () => {
      const held = new Set(
        db.all<{ key: string }>("SELECT key FROM lease_hold WHERE kind = 'image'").map(row => row.key),
      )
      const goes = loadImages(db).filter(
        image => (options.all || image.names.length === 0) && !held.has(image.id) && image.createdMs < before,
      )
      return goes.flatMap(image => deleteImage(db, image))
    },
    { durable: true },
  )
}

export function blobUsage(db: Db): BlobUsage {
  const count = (from: string): { blobs: number; bytes: number } =>
    db.get<{ blobs: number; bytes: number }>(`SELECT count(*) AS blobs, coalesce(sum(size), 0) AS bytes ${from}`) ?? {
      blobs: 0,
      bytes: 0,
    }
  const all = count('FROM blob')
  const unused = count(UNUSED)
  return {
    blobs: all.blobs,
    compressedBytes: all.bytes,
    reclaimableBlobs: unused.blobs,
    reclaimableBytes: unused.bytes,
  }
}

function forgetLeftovers(db: Db, now: number): void {
  db.run(`DELETE FROM layer WHERE diff_id NOT IN (SELECT diff_id FROM image_layer) AND diff_id NOT IN (SELECT diff_id FROM layer_blob)
    AND diff_id NOT IN (SELECT diff_id FROM snapshot WHERE diff_id IS NOT NULL)`)
  db.run('DELETE FROM file_digest WHERE used_ms < ?', now - FORGET_FILES_MS)
  db.run('DELETE FROM selection_digest WHERE used_ms < ?', now - FORGET_FILES_MS)
}
