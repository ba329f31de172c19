import { TareError } from '../base/error.ts'
import type { Db } from '../db/index.ts'
import type { Descriptor, Digest } from '../oci/index.ts'
import type { StoreErrorCode } from './error.ts'
import type { LayerForms } from './layer-forms.ts'

/** Layer forms as rows. */
export class DiskLayerForms implements LayerForms {
  readonly #db: () => Db

  constructor(db: () => Db) {
    this.#db = db
  }

  formsOf(diffId: Digest): Descriptor[] {
    return this.#db().all<{ mediaType: string; digest: Digest; size: number }>(
      `SELECT form.media_type AS mediaType, form.digest, blob.size FROM layer_blob AS form
       JOIN blob ON blob.digest = form.digest WHERE form.diff_id = ? ORDER BY blob.created_ms DESC, form.digest`,
      diffId,
    )
  }

  addForm(diffId: Digest, blob: { readonly digest: Digest; readonly mediaType: string }): void {
    const { changes } = this.#db().run(
      `INSERT INTO layer_blob (diff_id, digest, media_type) SELECT ?, digest, ? FROM blob WHERE digest = ?
       ON CONFLICT (diff_id, digest) DO UPDATE SET media_type = excluded.media_type`,
      diffId,
      blob.mediaType,
      blob.digest,
    )
    if (changes > 0) return
    throw new TareError<StoreErrorCode>(
      'BLOB_NOT_FOUND',
      `remembering blob ${blob.digest} as a form of layer ${diffId}: it is not in the store`,
      {
        facts: { digest: blob.digest, diffId },
      },
    )
  }

  uncompressedBytes(diffId: Digest): number | undefined {
    const row = this.#db().get<{ bytes: number }>(
      'SELECT uncompressed_bytes AS bytes FROM layer WHERE diff_id = ?',
      diffId,
    )
    return row?.bytes
  }

  setUncompressedBytes(diffId: Digest, bytes: number): void {
    if (this.uncompressedBytes(diffId) === bytes) return
    this.#db().run(
      'INSERT INTO layer (diff_id, uncompressed_bytes) VALUES (?, ?) ON CONFLICT (diff_id) DO UPDATE SET uncompressed_bytes = excluded.uncompressed_bytes',
      diffId,
      bytes,
    )
  }
}
