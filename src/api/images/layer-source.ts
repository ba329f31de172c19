import { filterProgram } from '../../host/index.ts'
import { decompress, gzip, zstd } from '../../layer/index.ts'
import {
  type Bytes,
  type Descriptor,
  type Digest,
  DOCKER_LAYER,
  DOCKER_LAYER_GZIP,
  DOCKER_LAYER_ZSTD,
  digestHex,
  OCI_LAYER,
  OCI_LAYER_GZIP,
  OCI_LAYER_ZSTD,
} from '../../oci/index.ts'
import type { OnTransfer } from '../../progress/index.ts'
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

export type LayerCompression = 'gzip' | 'zstd' | 'uncompressed'

const MEDIA_TYPES: Readonly<Record<LayerCompression, readonly string[]>> = {
  gzip: [OCI_LAYER_GZIP, DOCKER_LAYER_GZIP],
  zstd: [OCI_LAYER_ZSTD, DOCKER_LAYER_ZSTD],
  uncompressed: [OCI_LAYER, DOCKER_LAYER],
}

/** Whether a stored form is of this compression. */
export function isCompressedAs({ mediaType }: Descriptor, compression: LayerCompression): boolean {
  return MEDIA_TYPES[compression].includes(mediaType)
}

export interface LayerForm {
  /** Else any compressed form will do, and gzip where there is none. */
  readonly compression?: LayerCompression | undefined
  /** A form made now at this level, whatever forms there are. */
  readonly level?: number | undefined
  /** Told of the bytes compressed so far. */
  readonly onTransfer?: OnTransfer | undefined
}

/** A form of the layer in the store: one there is (a pulled layer keeps its blob), else one made now and remembered. */
export async function storedForm(
  workspace: Workspace,
  layer: ImageLayer,
  form: LayerForm = {},
  signal?: AbortSignal,
): Promise<Descriptor> {
  const { layers, content } = workspace.store
  const { compression, level, onTransfer } = form
  const fits = (known: Descriptor): boolean =>
    compression === undefined ? !isCompressedAs(known, 'uncompressed') : isCompressedAs(known, compression)
  const known = level === undefined ? layers.formsOf(layer.diffId).find(fits) : undefined
  if (known && content.hold(known.digest)) return known
  const tar = counted(openLayerTar(workspace, layer, signal), layer, onTransfer)
  const blob = await content.ingest(compressed(tar, compression ?? 'gzip', level, signal), {}, signal)
  const [mediaType = OCI_LAYER] = MEDIA_TYPES[compression ?? 'gzip']
  layers.addForm(layer.diffId, { digest: blob.digest, mediaType })
  return { mediaType, digest: blob.digest, size: blob.size }
}

function compressed(
  tar: Bytes,
  compression: LayerCompression,
  level: number | undefined,
  signal: AbortSignal | undefined,
): Bytes {
  if (compression === 'uncompressed') return tar
  return compression === 'gzip' ? gzip(tar, { level, signal }) : zstd(tar, { level, signal })
}

async function* counted(tar: Bytes, layer: ImageLayer, onTransfer: OnTransfer | undefined): Bytes {
  const item = shortDigest(layer.diffId)
  let current = 0
  for await (const chunk of tar) {
    current += chunk.length
    onTransfer?.(item, 'compressing', current, layer.uncompressedBytes)
    yield chunk
  }
  onTransfer?.(item, 'compressing', current, current, true)
}

/** Twelve hex digits, as Docker shows layers. */
export function shortDigest(digest: Digest): string {
  return digestHex(digest).slice(0, 12)
}

function missingLayer(diffId: Digest): Error {
  return apiError('IMAGE_INCOMPLETE', `reading layer ${diffId}: neither its blob nor its snapshot is in the store`, {
    hint: 'Run tare check-store; pull or build the image again.',
    facts: { diffId },
  })
}
