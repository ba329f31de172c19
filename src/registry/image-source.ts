import { isTareError, TareError } from '../base/error.ts'
import type { Bytes, Descriptor, Digest, ImageSource, ResolvedImage } from '../oci/index.ts'
import { registryError } from './errors.ts'
import type { Registry, RemoteImage } from './registry.ts'

/** Turns a stored layer into its tar stream, verified against the diff ID. Handed in: decompression is no affair of a registry. */
export type Unpack = (stored: Bytes, descriptor: Descriptor, diffId: Digest, signal?: AbortSignal) => Bytes

/** A registry's errors in the words of ImageSource. */
const SOURCE_CODES: Readonly<Record<string, string>> = {
  REGISTRY_NOT_FOUND: 'IMAGE_NOT_FOUND',
  REGISTRY_UNAUTHORIZED: 'IMAGE_UNAUTHORIZED',
  REGISTRY_NO_PLATFORM: 'IMAGE_NO_PLATFORM',
}

/** A registry as a source of images. */
export function registryImageSource(registry: Registry, unpack: Unpack): ImageSource {
  return {
    resolve: (reference, platform, signal) => registry.resolve(reference, platform, signal).catch(translate),
    openLayer: (image, index, signal) => {
      const layer = image.manifest?.value.layers[index]
      const diffId = image.config.rootfs.diff_ids[index]
      if (layer === undefined || diffId === undefined)
        throw registryError('BLOB_NOT_FOUND', `opening layer ${index} of ${image.reference}: there is no such layer`)
      const blobs = isRemote(image) ? image.blobs : registry.blobs(image.reference)
      return unpack(blobs.open(layer, signal), layer, diffId, signal)
    },
  }
}

function isRemote(image: ResolvedImage): image is RemoteImage {
  return 'blobs' in image
}

function translate(error: unknown): never {
  const code = isTareError(error) ? SOURCE_CODES[error.code] : undefined
  if (!isTareError(error) || code === undefined) throw error
  throw new TareError(code, error.message, { hint: error.hint, cause: error, facts: error.facts })
}
