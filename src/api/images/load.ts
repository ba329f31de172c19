import { filterProgram } from '../../host/index.ts'
import { type ArchivedImage, openImages } from '../../image/index.ts'
import { decompress } from '../../layer/index.ts'
import { type Bytes, type Descriptor, hostPlatform, type Layer, parsePlatform } from '../../oci/index.ts'
import type { OnTransfer } from '../../progress/index.ts'
import type { StoredImage } from '../../store/index.ts'
import { Workspace, type WorkspaceOptions } from '../workspace.ts'
import { unpackLayers } from './fetch.ts'

export interface LoadOptions extends WorkspaceOptions {
  /** Path of an archive or OCI layout directory, or its bytes. */
  readonly source: string | Bytes
  readonly platform?: string | undefined
  readonly onTransfer?: OnTransfer | undefined
  readonly signal?: AbortSignal | undefined
}

export interface Loaded {
  readonly image: StoredImage
  /** In full; empty for an image without a name. */
  readonly names: readonly string[]
}

/** `tare load`: images of docker archives, OCI archives and layouts; nothing is named that is not whole and verified. */
export async function load(options: LoadOptions): Promise<Loaded[]> {
  await using workspace = await Workspace.open(options)
  workspace.assertCanMakeRoots()
  await workspace.reap()
  const input = typeof options.source === 'string' ? { path: options.source } : { stream: options.source }
  await using archive = await openImages(input, {
    spoolDirectory: workspace.scratchDirectory(),
    platform: options.platform === undefined ? hostPlatform() : parsePlatform(options.platform),
    filter: filterProgram,
    signal: options.signal,
  })
  const loaded: Loaded[] = []
  for (const archived of archive.images) loaded.push(await loadOne(workspace, archived, options))
  return loaded
}

async function loadOne(
  workspace: Workspace,
  { names, image, blobs }: ArchivedImage,
  options: LoadOptions,
): Promise<Loaded> {
  const { store } = workspace
  const stored = await keepArchived(
    workspace,
    { image, blobs },
    options.onTransfer ?? (() => undefined),
    options.signal,
  )
  for (const name of names) store.images.tag(stored.id, name)
  return { image: store.images.get(stored.id) ?? stored, names }
}

/** Keeps an image of an archive in the store, its layers as they are stored there and unpacked. */
export async function keepArchived(
  workspace: Workspace,
  { image, blobs }: Pick<ArchivedImage, 'image' | 'blobs'>,
  onTransfer: OnTransfer,
  signal?: AbortSignal,
): Promise<StoredImage> {
  const { store } = workspace
  const keep = async (layer: Layer): Promise<Descriptor> => {
    const descriptor = layer.descriptor as Descriptor
    if (!store.content.hold(descriptor.digest))
      await store.content.put(descriptor, blobs.open(descriptor, signal), signal)
    return descriptor
  }
  const layers = image.layers.map(layer => ({
    diffId: layer.diffId,
    open: (inner?: AbortSignal) => keptTar(workspace, layer, keep, inner ?? signal),
  }))
  await unpackLayers(workspace, layers, onTransfer, signal)
  for (const layer of image.layers) store.layers.addForm(layer.diffId, await keep(layer))
  return await store.images.record({
    configBytes: image.configBytes,
    manifest: image.manifest && { bytes: image.manifest.bytes, mediaType: image.manifest.descriptor.mediaType },
  })
}

async function* keptTar(
  workspace: Workspace,
  layer: Layer,
  keep: (layer: Layer) => Promise<Descriptor>,
  signal?: AbortSignal,
): Bytes {
  const descriptor = await keep(layer)
  yield* decompress(workspace.store.content.open(descriptor, signal), { filter: filterProgram, signal })
}
