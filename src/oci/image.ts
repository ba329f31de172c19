import type { ImageConfig } from './config.ts'
import type { Descriptor } from './descriptor.ts'
import type { Digest } from './digest.ts'
import type { Manifest } from './manifest.ts'
import type { Platform } from './platform.ts'

export type Bytes = AsyncIterable<Uint8Array>

/** Where blobs are read from. */
export interface BlobSource {
  /**
   * Streams the blob's bytes, verified: the last chunk arrives only if size and digest were right, else it throws
   * `BLOB_DIGEST_MISMATCH` / `BLOB_SIZE_MISMATCH`. Throws `BLOB_NOT_FOUND` when it is not there.
   */
  open(descriptor: Descriptor, signal?: AbortSignal): Bytes
}

/** Where blobs are written to. */
export interface BlobSink {
  has(descriptor: Descriptor, signal?: AbortSignal): Promise<boolean>
  /** Stores the blob whole or not at all; idempotent. Throws as BlobSource.open does when the bytes are not the descriptor's. */
  put(descriptor: Descriptor, content: Bytes, signal?: AbortSignal): Promise<void>
}

/** An immutable layer. The descriptor is known once the layer has a stored form (pulled, pushed or saved). */
export interface Layer {
  readonly diffId: Digest
  /** Length of the uncompressed tar; undefined when nobody has unpacked the layer yet. */
  readonly uncompressedBytes?: number | undefined
  readonly descriptor?: Descriptor | undefined
  /** The tar stream, verified against diffId. */
  uncompressed(signal?: AbortSignal): Bytes
}

/** An immutable image. Raw bytes stand beside the decoded values: what has a digest is never serialised again. */
export interface Image {
  readonly id: Digest
  readonly config: ImageConfig
  readonly configBytes: Uint8Array
  readonly layers: readonly Layer[]
  readonly manifest?:
    | { readonly descriptor: Descriptor; readonly value: Manifest; readonly bytes: Uint8Array }
    | undefined
}

/** What a name stands for, resolved without moving any layer. */
export interface ResolvedImage {
  /** The fully qualified reference that was asked for, `docker.io/library/alpine:latest`. */
  readonly reference: string
  /** Digest of what the name pointed at: of the index when there was one. Undefined for an image that never had a manifest. */
  readonly digest?: Digest | undefined
  readonly id: Digest
  readonly platform: Platform
  readonly config: ImageConfig
  readonly configBytes: Uint8Array
  readonly manifest?:
    | { readonly descriptor: Descriptor; readonly value: Manifest; readonly bytes: Uint8Array }
    | undefined
}

/** Finds images by name: the store, a registry, or both in turn. */
export interface ImageSource {
  /** Throws `IMAGE_NOT_FOUND`, `IMAGE_UNAUTHORIZED`, `IMAGE_NO_PLATFORM`, `REGISTRY_UNREACHABLE` ... with the reference in its facts. */
  resolve(reference: string, platform: Platform, signal?: AbortSignal): Promise<ResolvedImage>
  /** The image's layer `index`, uncompressed and verified against its diff ID. */
  openLayer(image: ResolvedImage, index: number, signal?: AbortSignal): Bytes
}
