import { createHash } from 'node:crypto'
import { type Compression, decompress, detectCompression } from '../../layer/index.ts'
import {
  type Bytes,
  type Descriptor,
  type Digest,
  finishDigest,
  OCI_LAYER,
  OCI_LAYER_GZIP,
  OCI_LAYER_ZSTD,
} from '../../oci/index.ts'
import type { OpenImagesOptions } from '../archive.ts'
import { type ArchiveFiles, malformed } from './archive-files.ts'

/** A layer in the form that is handed on, and how its bytes, still unverified, are had. */
export interface StoredLayer {
  readonly descriptor: Descriptor
  open(signal?: AbortSignal): Bytes
}

const MEDIA_TYPES: Readonly<Partial<Record<Compression, string>>> = {
  none: OCI_LAYER,
  gzip: OCI_LAYER_GZIP,
  zstd: OCI_LAYER_ZSTD,
}

/**
 * Finds out what a manifest would say of the layers of a docker-archive, which has none: the digest of a plain tar is
 * its diff ID, that of a compressed one is computed, and one compressed in a way that manifests have no media type for
 * (bzip2, xz) is handed on uncompressed. Each file is read once, however often it is listed.
 */
export class LayerDescriber {
  readonly #files: ArchiveFiles
  readonly #options: OpenImagesOptions
  readonly #read = new Map<string, { readonly digest: Digest; readonly size: number }>()

  constructor(files: ArchiveFiles, options: OpenImagesOptions) {
    this.#files = files
    this.#options = options
  }

  /** `diffId` is what the config says; undefined when it lists fewer layers. */
  async describe(path: string, diffId: Digest | undefined): Promise<StoredLayer> {
    const size = this.#files.sizeOf(path)
    if (size === undefined) throw malformed(this.#files, `layer ${path} is missing`)
    const compression = await this.#compressionOf(path)
    const mediaType = MEDIA_TYPES[compression]
    const open = (signal?: AbortSignal): Bytes => this.#open(path, mediaType === undefined, signal)
    if (mediaType === OCI_LAYER && diffId) return { descriptor: { mediaType, digest: diffId, size }, open }
    const known = this.#read.get(path) ?? (await measure(open(this.#options.signal)))
    this.#read.set(path, known)
    return { descriptor: { mediaType: mediaType ?? OCI_LAYER, ...known }, open }
  }

  #open(path: string, unpack: boolean, signal?: AbortSignal): Bytes {
    const bytes = this.#files.open(path, signal)
    return unpack ? decompress(bytes, { filter: this.#options.filter, signal }) : bytes
  }

  async #compressionOf(path: string): Promise<Compression> {
    for await (const chunk of this.#files.open(path)) return detectCompression(chunk)
    return 'none'
  }
}

async function measure(bytes: Bytes): Promise<{ digest: Digest; size: number }> {
  const hash = createHash('sha256')
  let size = 0
  for await (const chunk of bytes) {
    hash.update(chunk)
    size += chunk.length
  }
  return { digest: finishDigest(hash), size }
}
