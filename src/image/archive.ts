import type { FilterProgram } from '../layer/index.ts'
import type { BlobSource, Bytes, Image, Platform } from '../oci/index.ts'

/** An archive that has both manifest.json and an OCI layout (Docker 25 and later) counts as docker-archive. */
export type ArchiveFormat = 'docker-archive' | 'oci-archive' | 'oci-layout'

/** A file or directory by its path, or a stream (stdin), which is spooled because the order within a tar is free. */
export type ArchiveInput = { readonly path: string } | { readonly stream: Bytes }

export interface OpenImagesOptions {
  /** An existing directory for temporary files. They are unlinked as soon as they are open: nothing is left, whatever happens. */
  readonly spoolDirectory: string
  /** Which image of an index; the nearest of an index for several platforms. */
  readonly platform: Platform
  /** For bzip2 and xz archives and layers; without it they are `COMPRESSION_UNSUPPORTED`. */
  readonly filter?: FilterProgram | undefined
  readonly signal?: AbortSignal | undefined
}

export interface ArchivedImage {
  /** Fully qualified, `docker.io/library/alpine:latest`; empty for an image without a name. */
  readonly names: readonly string[]
  /** `layers[i].descriptor` is always set: what `blobs` opens. `manifest` is set when the archive has one. */
  readonly image: Image
  readonly blobs: BlobSource
}

/** Images open for reading; layers are read from the archive until it is closed. */
export interface OpenedImages extends AsyncDisposable {
  readonly format: ArchiveFormat
  readonly images: readonly ArchivedImage[]
}

/** An image to be written. */
export interface ImageToWrite {
  /** Fully qualified, `docker.io/library/alpine:latest`; may be empty. */
  readonly names: readonly string[]
  /**
   * With `manifest` and `blobs` the manifest's own blobs are written as they are stored. Without, layers are written as
   * plain tars under a manifest made for them, and every layer needs `uncompressedBytes`.
   */
  readonly image: Image
  readonly blobs?: BlobSource | undefined
  /** Of a manifest that is made for them. */
  readonly annotations?: Readonly<Record<string, string>> | undefined
}

/** Takes the archive's bytes in order; a returned promise is awaited before the next chunk. */
export type ArchiveSink = (chunk: Uint8Array) => void | Promise<void>
