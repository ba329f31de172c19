import type { Db } from '../../db/index.ts'
import { type Digest, parseCanonicalReference, parseDigest, parseImageConfig, parseManifest } from '../../oci/index.ts'
import type { ContentStore } from '../content.ts'
import type { Lease } from '../leases.ts'
import { findByReference, findImage, imageNotFound } from './find.ts'
import type { ImageDocuments, Images, NewImage, Removal, StoredImage } from './images.ts'
import { loadImage, loadImages } from './load.ts'
import { assertTagged, holderOf, setName } from './name.ts'
import { recordImage } from './record.ts'
import { removeImage } from './remove.ts'

export interface ImagesParts {
  readonly db: () => Db
  readonly content: ContentStore
  readonly lease: () => Lease
  readonly ownLeaseId: () => string | undefined
  readonly prepareRemoval: () => void
  readonly now: () => number
}

/** Images as rows, their documents as blobs. */
export class DiskImages implements Images {
  readonly #parts: ImagesParts

  constructor(parts: ImagesParts) {
    this.#parts = parts
  }

  async record(image: NewImage): Promise<StoredImage> {
    return this.#load(await recordImage(this.#parts, image))
  }

  tag(id: Digest, name: string): Digest | undefined {
    assertTagged(name)
    const db = this.#parts.db()
    if (holderOf(db, name) === id) return undefined
    return db.transaction(
      () => {
        const before = holderOf(db, name)
        if (!loadImage(db, id)) throw imageNotFound(db, id)
        setName(db, name, id, this.#parts.now())
        return before === id ? undefined : before
      },
      { durable: true },
    )
  }

  addRepoDigest(id: Digest, repository: string, digest: Digest): void {
    const db = this.#parts.db()
    const values = [repository, parseDigest(digest), id]
    if (db.get('SELECT 1 FROM repo_digest WHERE repository = ? AND digest = ? AND image_id = ?', ...values)) return
    if (!loadImage(db, id)) throw imageNotFound(db, id)
    db.run('INSERT OR IGNORE INTO repo_digest (repository, digest, image_id) VALUES (?, ?, ?)', ...values)
  }

  get(id: Digest): StoredImage | undefined {
    return loadImage(this.#parts.db(), id)
  }

  findByName(name: string): StoredImage | undefined {
    const db = this.#parts.db()
    const id = findByReference(db, parseCanonicalReference(name))
    return id && loadImage(db, id)
  }

  resolve(text: string): StoredImage {
    return this.#load(findImage(this.#parts.db(), text))
  }

  list(): StoredImage[] {
    return loadImages(this.#parts.db())
  }

  documents(id: Digest): ImageDocuments {
    const image = this.#load(id)
    const configBytes = this.#parts.content.readBytes(id)
    return { id, config: parseImageConfig(configBytes), configBytes, manifest: this.#manifestOf(image) }
  }

  remove(text: string, options: { readonly force?: boolean | undefined } = {}): Removal[] {
    this.#parts.prepareRemoval()
    const db = this.#parts.db()
    const ownLease = this.#parts.ownLeaseId()
    return db.transaction(() => removeImage(db, text, { force: options.force, ownLease }), { durable: true })
  }

  #load(id: Digest): StoredImage {
    const db = this.#parts.db()
    const image = loadImage(db, id)
    if (!image) throw imageNotFound(db, id)
    return image
  }

  #manifestOf({ manifestDigest: digest, manifestMediaType: mediaType }: StoredImage): ImageDocuments['manifest'] {
    if (digest === undefined || mediaType === undefined) return undefined
    const bytes = this.#parts.content.readBytes(digest)
    return { descriptor: { mediaType, digest, size: bytes.length }, value: parseManifest(bytes, mediaType), bytes }
  }
}
