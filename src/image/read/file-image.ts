import { decompress } from '../../layer/index.ts'
import { type Digest, type Image, type Layer, parseImageConfig } from '../../oci/index.ts'
import type { OpenImagesOptions } from '../archive.ts'
import { assertValidImage } from '../validate.ts'
import type { StoredLayer } from './stored-layer.ts'
import { verifiedBlob, verifiedLayer } from './verified.ts'

interface Parts {
  readonly id: Digest
  readonly configBytes: Uint8Array
  readonly layers: readonly StoredLayer[]
  readonly manifest?: Image['manifest']
  readonly options: OpenImagesOptions
}

/** An image whose parts lie in files. Throws `IMAGE_INVALID` when they do not fit together. */
export function fileImage({ id, configBytes, layers, manifest, options }: Parts): Image {
  const config = parseImageConfig(configBytes)
  const diffIds = config.rootfs.diff_ids
  const image: Image = {
    id,
    config,
    configBytes,
    layers: layers.map((layer, i) => fileLayer(layer, diffIds[i] ?? id, options)),
    manifest,
  }
  assertValidImage(image)
  return image
}

/** A blob is the plain tar when its digest is the diff ID; else its bytes tell, not the media type, which writers get wrong. */
function fileLayer({ descriptor, open }: StoredLayer, diffId: Digest, { filter }: OpenImagesOptions): Layer {
  const plain = descriptor.digest === diffId
  return {
    diffId,
    descriptor,
    uncompressedBytes: plain ? descriptor.size : undefined,
    uncompressed: signal => {
      const stored = verifiedBlob(open(signal), descriptor)
      return verifiedLayer(plain ? stored : decompress(stored, { filter, signal }), diffId)
    },
  }
}
