import { TareError } from '../../base/error.ts'
import { type Bytes, type Descriptor, type Digest, type Image, type Layer, OCI_LAYER } from '../../oci/index.ts'
import type { ImageToWrite } from '../archive.ts'
import type { ImageErrorCode } from '../errors.ts'
import { makeManifest } from '../manifest-bytes.ts'
import { assertValidImage } from '../validate.ts'

/** A file to come in the archive; its length is known before its bytes. */
export interface ArchiveEntry {
  readonly size: number
  open(signal?: AbortSignal): Bytes
}

/** An image with its manifest and all blobs that belong into the archive. */
export interface PreparedImage {
  readonly names: readonly string[]
  readonly image: Image
  readonly manifest: NonNullable<Image['manifest']>
  readonly blobs: ReadonlyMap<Digest, ArchiveEntry>
}

/** Throws `IMAGE_LAYER_SIZE_UNKNOWN` and `IMAGE_INVALID`. */
export function prepareImage({ names, image, blobs, annotations }: ImageToWrite): PreparedImage {
  assertValidImage(image)
  const stored = blobs && image.manifest
  const manifest = stored
    ? image.manifest
    : makeManifest(image.configBytes, image.layers.map(plainDescriptor), annotations)
  const entries = new Map<Digest, ArchiveEntry>([
    [manifest.descriptor.digest, inMemory(manifest.bytes)],
    [image.id, inMemory(image.configBytes)],
  ])
  manifest.value.layers.forEach((descriptor, i) => {
    const open = (signal?: AbortSignal): Bytes =>
      stored ? blobs.open(descriptor, signal) : (image.layers[i] as Layer).uncompressed(signal)
    entries.set(descriptor.digest, { size: descriptor.size, open })
  })
  return { names, image, manifest, blobs: entries }
}

export function inMemory(bytes: Uint8Array): ArchiveEntry {
  return {
    size: bytes.length,
    async *open() {
      yield bytes
    },
  }
}

function plainDescriptor({ diffId, uncompressedBytes }: Layer): Descriptor {
  if (uncompressedBytes === undefined)
    throw new TareError<ImageErrorCode>(
      'IMAGE_LAYER_SIZE_UNKNOWN',
      `writing layer ${diffId}: its length is not known`,
      {
        facts: { diffId },
      },
    )
  return { mediaType: OCI_LAYER, digest: diffId, size: uncompressedBytes }
}
