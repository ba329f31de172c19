import type { Digest } from '../oci/index.ts'

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
