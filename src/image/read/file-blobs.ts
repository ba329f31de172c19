import { TareError } from '../../base/error.ts'
import { type BlobSource, type Descriptor, type Digest, digestAlgorithm, digestHex } from '../../oci/index.ts'
import type { ImageErrorCode } from '../errors.ts'
import { type ArchiveFiles, readSmallFile } from './archive-files.ts'
import type { StoredLayer } from './stored-layer.ts'
import { verifiedBlob } from './verified.ts'

/** Where an OCI layout keeps a blob (image-layout.md#blobs). */
export function blobPath(digest: Digest): string {
  return `blobs/${digestAlgorithm(digest)}/${digestHex(digest)}`
}

/** The blobs of an OCI layout. */
export function fileBlobs(files: ArchiveFiles): BlobSource {
  return {
    open(descriptor, signal) {
      const name = blobPath(descriptor.digest)
      if (files.sizeOf(name) === undefined) throw blobNotFound(files, descriptor)
      return verifiedBlob(files.open(name, signal), descriptor)
    },
  }
}

/** The layers of an image whose archive has no blobs. */
export function layerBlobs(files: ArchiveFiles, layers: readonly StoredLayer[]): BlobSource {
  const byDigest = new Map(layers.map(layer => [layer.descriptor.digest, layer]))
  return {
    open(descriptor, signal) {
      const layer = byDigest.get(descriptor.digest)
      if (!layer) throw blobNotFound(files, descriptor)
      return verifiedBlob(layer.open(signal), descriptor)
    },
  }
}

/** A small blob whole and verified. Throws `ARCHIVE_MALFORMED` when it is larger than `maxBytes`. */
export async function readSmallBlob(files: ArchiveFiles, descriptor: Descriptor, maxBytes: number): Promise<Buffer> {
  const name = blobPath(descriptor.digest)
  if (files.sizeOf(name) === undefined) throw blobNotFound(files, descriptor)
  const bytes = await readSmallFile(files, name, maxBytes)
  for await (const _ of verifiedBlob(once(bytes), descriptor));
  return bytes
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

function blobNotFound(files: ArchiveFiles, { digest }: Descriptor): TareError<ImageErrorCode> {
  return new TareError('BLOB_NOT_FOUND', `reading ${files.label}: blob ${digest} is not in it`, { facts: { digest } })
}
