import { allOrFirstFailure } from '../../base/all-or-first-failure.ts'
import { Limit } from '../../base/limit.ts'
import { makeManifest } from '../../image/index.ts'
import type { Descriptor, Manifest } from '../../oci/index.ts'
import type { StoredImage } from '../../store/index.ts'
import type { Workspace } from '../workspace.ts'
import { compressedForm } from './layer-source.ts'

export interface StoredManifest {
  readonly descriptor: Descriptor
  readonly value: Manifest
  readonly bytes: Uint8Array
}

/**
 * The image's manifest: the one it came with, as long as its blobs are in the store, else one made now, for which the
 * layers are compressed (two at a time; each uses all cores). It is remembered with the image.
 */
export async function ensureManifest(
  workspace: Workspace,
  image: StoredImage,
  signal?: AbortSignal,
): Promise<StoredManifest> {
  const { store } = workspace
  const documents = store.images.documents(image.id)
  if (documents.manifest?.value.layers.every(layer => store.content.hold(layer.digest))) return documents.manifest
  const limit = new Limit(2)
  const layers = await allOrFirstFailure(
    image.layers,
    (layer, inner) => limit.run(() => compressedForm(workspace, layer, inner), inner),
    signal,
  )
  const made = makeManifest(documents.configBytes, layers)
  await store.images.record({
    configBytes: documents.configBytes,
    manifest: { bytes: made.bytes, mediaType: made.descriptor.mediaType },
  })
  return made
}
