import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { dirname } from 'node:path'
import type { Db } from '../db/index.ts'
import { type Bytes, type Descriptor, type Digest, digestAlgorithm, digestOf, parseDigest } from '../oci/index.ts'
import { digestFrom, hashFor, readVerified } from './blob-file.ts'
import type { BlobInfo, ContentStore } from './content.ts'
import { syncDirectory } from './durable.ts'
import { blobNotFound, blobTooLarge, digestMismatch, storeFull } from './error.ts'
import { type ExpectedBlob, writeHashed } from './ingest.ts'
import type { Lease } from './leases.ts'
import type { StorePaths } from './paths.ts'
import { blobPath } from './rowless.ts'

/** Configs and manifests are far below; anything larger is streamed. */
const MOST_IN_MEMORY = 16 * 1024 * 1024

/** What the content store needs of its store. */
export interface ContentParts {
  readonly paths: StorePaths
  readonly db: () => Db
  readonly lease: () => Lease
  readonly now: () => number
}

/** Blobs as files named by digest, with a row each. */
export class DiskContent implements ContentStore {
  readonly #parts: ContentParts

  constructor(parts: ContentParts) {
    this.#parts = parts
  }

  pathOf(digest: Digest): string {
    return blobPath(this.#parts.paths, parseDigest(digest))
  }

  open(descriptor: Descriptor, signal?: AbortSignal): Bytes {
    return readVerified(this.pathOf(descriptor.digest), descriptor.digest, descriptor.size, signal)
  }

  async has(descriptor: Descriptor): Promise<boolean> {
    return this.hold(descriptor.digest)
  }

  async put(descriptor: Descriptor, content: Bytes, signal?: AbortSignal): Promise<void> {
    if (this.hold(descriptor.digest)) await content[Symbol.asyncIterator]().return?.()
    else await this.ingest(content, descriptor, signal)
  }

  async ingest(content: Bytes, expected: ExpectedBlob = {}, signal?: AbortSignal): Promise<BlobInfo> {
    const temp = this.#parts.lease().tempPath()
    try {
      const blob = await writeHashed(temp, content, expected, signal)
      await this.#publish(temp, blob)
      return blob
    } catch (error) {
      throw storeFull(error, this.#parts.paths.root) ?? error
    } finally {
      rmSync(temp, { force: true })
    }
  }

  async putBytes(bytes: Uint8Array): Promise<BlobInfo> {
    const digest = digestOf(bytes)
    if (this.hold(digest)) return { digest, size: bytes.length }
    return await this.ingest(chunkOf(bytes), { digest, size: bytes.length })
  }

  readBytes(digest: Digest): Uint8Array {
    const bytes = this.#readSmall(digest)
    const actual = digestFrom(digestAlgorithm(digest), hashFor(digest).update(bytes))
    if (actual !== digest) throw digestMismatch(digest, actual)
    return bytes
  }

  stat(digest: Digest): BlobInfo | undefined {
    const row = this.#parts.db().get<{ size: number }>('SELECT size FROM blob WHERE digest = ?', digest)
    if (!row || this.#fileSize(digest) !== row.size) return undefined
    return { digest, size: row.size }
  }

  hold(digest: Digest): boolean {
    if (!this.stat(digest)) return false
    const db = this.#parts.db()
    const lease = this.#parts.lease()
    return db.transaction(() => {
      if (!this.stat(digest)) return false
      lease.hold('blob', digest)
      db.run('UPDATE blob SET used_ms = ? WHERE digest = ?', this.#parts.now(), digest)
      return true
    })
  }

  #readSmall(digest: Digest): Uint8Array {
    const path = this.pathOf(digest)
    const size = this.#fileSize(digest)
    if (size === undefined) throw blobNotFound(digest)
    if (size > MOST_IN_MEMORY) throw blobTooLarge(digest, MOST_IN_MEMORY, size)
    return readFileSync(path)
  }

  #fileSize(digest: Digest): number | undefined {
    return statSync(this.pathOf(digest), { throwIfNoEntry: false })?.size
  }

  /**
   * Gives the durable temp file its name, then the row. The hold comes before: after a kill in between, the reaper finds the
   * file by it. Gc deletes files without a row under the write lock; should it have done so here, the temp file is still
   * there to be linked again.
   */
  async #publish(temp: string, blob: BlobInfo): Promise<void> {
    const path = this.pathOf(blob.digest)
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    this.#parts.lease().hold('blob', blob.digest)
    linkOver(temp, path)
    await syncDirectory(dirname(path))
    this.#parts.db().transaction(() => {
      if (!existsSync(path)) linkDurably(temp, path)
      this.#addRow(blob)
    })
  }

  #addRow({ digest, size }: BlobInfo): void {
    const now = this.#parts.now()
    this.#parts.db().run(
      `INSERT INTO blob (digest, size, created_ms, used_ms) VALUES (?, ?, ?, ?)
       ON CONFLICT (digest) DO UPDATE SET size = excluded.size, used_ms = excluded.used_ms`,
      digest,
      size,
      now,
      now,
    )
  }
}

/** Puts the file under a second name, replacing what is there in one step: what is there may be damaged, this is verified. */
function linkOver(temp: string, path: string): void {
  const aside = `${temp}-named`
  linkSync(temp, aside)
  try {
    renameSync(aside, path)
  } catch (error) {
    rmSync(aside, { force: true })
    throw error
  }
}

function linkDurably(temp: string, path: string): void {
  linkOver(temp, path)
  const directory = openSync(dirname(path), 'r')
  try {
    fsyncSync(directory)
  } finally {
    closeSync(directory)
  }
}

async function* chunkOf(bytes: Uint8Array): Bytes {
  yield bytes
}
