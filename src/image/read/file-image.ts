import { decompress } from '../../layer/index.ts'
import {
  type Bytes,
  type Descriptor,
  type Digest,
  DOCKER_LAYER,
  type Image,
  type Layer,
  OCI_LAYER,
  parseImageConfig,
} from '../../oci/index.ts'
import type { OpenImagesOptions } from '../archive.ts'
import { assertValidImage } from '../validate.ts'
import type { ArchiveFiles } from './archive-files.ts'
import { malformed } from './archive-files.ts'
import { verifiedBlob, verifiedLayer } from './verified.ts'

/** A layer's stored form: `descriptor` is undefined when it has no media type. */
export interface StoredLayer {
  readonly path: string
  readonly descriptor: Descriptor | undefined
}

interface Parts {
  readonly id: Digest
  readonly configBytes: Uint8Array
  readonly layers: readonly StoredLayer[]
  readonly manifest?: Image['manifest']
  readonly options: OpenImagesOptions
}

/** An image whose parts lie in files. Throws `IMAGE_INVALID` when they do not fit together, `ARCHIVE_MALFORMED` when layers are missing. */
export function fileImage(files: ArchiveFiles, { id, configBytes, layers, manifest, options }: Parts): Image {
  const config = parseImageConfig(configBytes)
  for (const { path } of layers)
    if (files.sizeOf(path) === undefined) throw malformed(files, `layer ${path} is missing`)
  const diffIds = config.rootfs.diff_ids
  const image: Image = {
    id,
    config,
    configBytes,
    layers: layers.map((layer, i) => fileLayer(files, layer, diffIds[i] ?? id, options)),
    manifest,
  }
  assertValidImage(image)
  return image
}

function fileLayer(
  files: ArchiveFiles,
  { path, descriptor }: StoredLayer,
  diffId: Digest,
  options: OpenImagesOptions,
): Layer {
  const plain = descriptor?.mediaType === OCI_LAYER || descriptor?.mediaType === DOCKER_LAYER
  const stored = (signal?: AbortSignal): Bytes =>
    descriptor ? verifiedBlob(files.open(path, signal), descriptor) : files.open(path, signal)
  return {
    diffId,
    descriptor,
    uncompressedBytes: plain ? descriptor.size : undefined,
    uncompressed: signal =>
      verifiedLayer(plain ? stored(signal) : decompress(stored(signal), { filter: options.filter, signal }), diffId),
  }
}
