import type { Digest, ImageConfig } from '../oci/index.ts'

/** One line of `tare images`: a name of an image, or an image without a name. */
export interface ImageRow {
  readonly id: Digest
  /** As users write it: `alpine`, `ghcr.io/a/b`; undefined for an image without a name. */
  readonly repository?: string | undefined
  readonly tag?: string | undefined
  /** Of the manifest, from the first pull, push or save on. */
  readonly digest?: Digest | undefined
  /** Milliseconds since the epoch; undefined when the config does not say. */
  readonly createdMs?: number | undefined
  /** All layers, uncompressed. */
  readonly uncompressedBytes: number
  readonly platform: string
}

/** One entry of an image's history, the newest first when listed. */
export interface HistoryRow {
  /** Set on the newest entry only: layers have no image of their own. */
  readonly id?: Digest | undefined
  readonly createdMs?: number | undefined
  readonly createdBy: string
  readonly uncompressedBytes: number
  readonly comment: string
}

/** One kind of thing the store holds. */
export interface DiskUsageRow {
  /** `Images`, `Build Cache` ... */
  readonly type: string
  readonly total: number
  readonly active: number
  readonly diskBytes: number
  readonly reclaimableBytes: number
}

/** What `tare image inspect` shows of one image. */
export interface InspectedImage {
  readonly id: Digest
  readonly config: ImageConfig
  /** `app:latest`. */
  readonly repoTags: readonly string[]
  /** `app@sha256:...`. */
  readonly repoDigests: readonly string[]
  readonly uncompressedBytes: number
  /** Milliseconds since the epoch; undefined for an image without a name. */
  readonly taggedMs?: number | undefined
}
