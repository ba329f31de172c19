import { filterProgram } from '../../host/index.ts'
import { decompress, gzip } from '../../layer/index.ts'
import { type Bytes, type Descriptor, type Digest, DOCKER_LAYER, OCI_LAYER, OCI_LAYER_GZIP } from '../../oci/index.ts'
import type { ImageLayer } from '../../store/index.ts'
import { apiError } from '../errors.ts'
import type { Workspace } from '../workspace.ts'

/** The layer's tar: from a stored form, else made again from its snapshot. Verified against its diff ID by whoever reads it on. */
export function openLayerTar(workspace: Workspace, layer: ImageLayer, signal?: AbortSignal): Bytes {
  const [form] = workspace.store.layers.formsOf(layer.diffId)
  if (form) return decompress(workspace.store.content.open(form, signal), { filter: filterProgram, signal })
  const snapshot = workspace.snapshotter.find(layer.chainId)
  if (snapshot) return workspace.snapshotter.layerTar(snapshot.id, signal)
  throw missingLayer(layer.diffId)
}

/** Whether the layer can be read at all. */
export function hasLayer(workspace: Workspace, layer: Pick<ImageLayer, 'diffId' | 'chainId'>): boolean {
  return (
    workspace.store.layers.formsOf(layer.diffId).length > 0 || workspace.snapshotter.find(layer.chainId) !== undefined
  )
}

/** A compressed form of the layer in the store: the one there is (a pulled layer keeps its blob), else one made now and remembered. */
export async function compressedForm(
  workspace: Workspace,
  layer: ImageLayer,
  signal?: AbortSignal,
): Promise<Descriptor> {
  const { layers, content } = workspace.store
  const known = layers
    .formsOf(layer.diffId)
    .find(form => form.mediaType !== OCI_LAYER && form.mediaType !== DOCKER_LAYER)
  if (known && content.hold(known.digest)) return known
  const blob = await content.ingest(gzip(openLayerTar(workspace, layer, signal), { signal }), {}, signal)
  layers.addForm(layer.diffId, { digest: blob.digest, mediaType: OCI_LAYER_GZIP })
  return { mediaType: OCI_LAYER_GZIP, digest: blob.digest, size: blob.size }
}

function missingLayer(diffId: Digest): Error {
  return apiError('IMAGE_INCOMPLETE', `reading layer ${diffId}: neither its blob nor its snapshot is in the store`, {
    hint: 'Run tare check-store; pull or build the image again.',
    facts: { diffId },
  })
}
