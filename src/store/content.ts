import type { BlobSink, BlobSource, Bytes, Digest } from '../oci/index.ts'

/** What is known of a stored blob. */
export interface BlobInfo {
  readonly digest: Digest
  readonly size: number
}

/**
 * Blobs by digest. A blob is there whole, or not at all, at every instant. What this process put, ingested or found with
 * `has` is held by its lease, so that no gc takes it away before the process ends.
 */
export interface ContentStore extends BlobSource, BlobSink {
  /**
   * Streams `content` into the store and returns what it was. With `expected` it must be that, else
   * `BLOB_DIGEST_MISMATCH` / `BLOB_SIZE_MISMATCH` and nothing is stored; size alone may be unknown.
   */
  ingest(
    content: Bytes,
    expected?: { readonly digest?: Digest | undefined; readonly size?: number | undefined },
    signal?: AbortSignal,
  ): Promise<BlobInfo>
  /** `ingest` of a small blob. */
  putBytes(bytes: Uint8Array): Promise<BlobInfo>
  /** A small blob whole, verified. Throws `BLOB_NOT_FOUND`, `BLOB_DIGEST_MISMATCH`. */
  readBytes(digest: Digest): Uint8Array
  /** Looks without holding; undefined when it is not there. */
  stat(digest: Digest): BlobInfo | undefined
  /** Whether the blob is there; if so, it is held from now on. */
  hold(digest: Digest): boolean
  /** Where the blob's file is or would be. */
  pathOf(digest: Digest): string
}
