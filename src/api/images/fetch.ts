import { filterProgram } from '../../host/index.ts'
import { decompress } from '../../layer/index.ts'
import { type Bytes, chainIdOf, type Descriptor, type Digest, parseReference, repositoryOf } from '../../oci/index.ts'
import type { OnTransfer } from '../../progress/index.ts'
import type { RemoteImage } from '../../registry/index.ts'
import type { Snapshot, UnpackLayer } from '../../snapshot/index.ts'
import type { StoredImage } from '../../store/index.ts'
import type { Workspace } from '../workspace.ts'
import { openLayerTar, shortDigest } from './layer-source.ts'

/** Makes an image's root ready: layers that are not unpacked yet are unpacked, in parallel. Undefined for an image without layers. */
export async function unpackStored(
  workspace: Workspace,
  image: StoredImage,
  onTransfer: OnTransfer,
  signal?: AbortSignal,
): Promise<Snapshot | undefined> {
  const layers = image.layers.map(layer => ({
    diffId: layer.diffId,
    open: (inner?: AbortSignal) => openLayerTar(workspace, layer, inner ?? signal),
  }))
  return await unpackLayers(workspace, layers, onTransfer, signal)
}

/** Pulls an image whole: blobs into the store, layers unpacked, then the image's row, name and digest. */
export async function fetchRemote(
  workspace: Workspace,
  remote: RemoteImage,
  onTransfer: OnTransfer,
  signal?: AbortSignal,
): Promise<StoredImage> {
  const { store } = workspace
  const { manifest, config } = remote
  const diffIds = config.rootfs.diff_ids
  const layers = manifest.value.layers.map((descriptor, index) => {
    const diffId = diffIds[index] as Digest
    return {
      diffId,
      open: (inner?: AbortSignal) => pulledTar(workspace, remote, descriptor, diffId, onTransfer, inner ?? signal),
    }
  })
  await unpackLayers(workspace, layers, onTransfer, signal)
  await keepBlobs(workspace, remote, onTransfer, signal)
  const image = await store.images.record({
    configBytes: remote.configBytes,
    manifest: { bytes: manifest.bytes, mediaType: manifest.descriptor.mediaType },
  })
  const reference = parseReference(remote.reference)
  if (reference.digest === undefined) store.images.tag(image.id, remote.reference)
  store.images.addRepoDigest(image.id, repositoryOf(reference), remote.digest)
  return store.images.get(image.id) ?? image
}

/** A pulled layer keeps its original blob even if its root was there before. */
async function keepBlobs(
  workspace: Workspace,
  remote: RemoteImage,
  onTransfer: OnTransfer,
  signal?: AbortSignal,
): Promise<void> {
  for (const [index, descriptor] of remote.manifest.value.layers.entries()) {
    await keepBlob(workspace, remote, descriptor, remote.config.rootfs.diff_ids[index] as Digest, onTransfer, signal)
  }
}

async function keepBlob(
  workspace: Workspace,
  remote: RemoteImage,
  descriptor: Descriptor,
  diffId: Digest,
  onTransfer: OnTransfer,
  signal?: AbortSignal,
): Promise<void> {
  const { content, layers } = workspace.store
  if (!content.hold(descriptor.digest)) {
    await content.put(descriptor, counted(remote.blobs.open(descriptor, signal), descriptor, onTransfer), signal)
  }
  layers.addForm(diffId, { digest: descriptor.digest, mediaType: descriptor.mediaType })
}

async function* pulledTar(
  workspace: Workspace,
  remote: RemoteImage,
  descriptor: Descriptor,
  diffId: Digest,
  onTransfer: OnTransfer,
  signal?: AbortSignal,
): Bytes {
  await keepBlob(workspace, remote, descriptor, diffId, onTransfer, signal)
  yield* decompress(workspace.store.content.open(descriptor, signal), { filter: filterProgram, signal })
}

async function* counted(content: Bytes, descriptor: Descriptor, onTransfer: OnTransfer): Bytes {
  let current = 0
  const item = shortDigest(descriptor.digest)
  for await (const chunk of content) {
    current += chunk.length
    onTransfer(item, 'pulling', current, descriptor.size)
    yield chunk
  }
  onTransfer(item, 'pulling', current, descriptor.size, true)
}

/** Unpacks a stack and remembers the layers' sizes. */
export async function unpackLayers(
  workspace: Workspace,
  layers: readonly UnpackLayer[],
  onTransfer: OnTransfer,
  signal?: AbortSignal,
): Promise<Snapshot | undefined> {
  const top = await workspace.snapshotter.unpack(layers, {
    signal,
    onProgress: (index, bytes) => onTransfer(shortDigest((layers[index] as UnpackLayer).diffId), 'unpacking', bytes),
  })
  const diffIds = layers.map(layer => layer.diffId)
  for (let n = diffIds.length; n > 0; n--) {
    const chainId = chainIdOf(diffIds.slice(0, n)) as Digest
    const snapshot = workspace.snapshotter.find(chainId)
    if (snapshot) workspace.store.layers.setUncompressedBytes(snapshot.diffId, snapshot.uncompressedBytes)
  }
  return top
}
