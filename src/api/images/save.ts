import { type ArchiveSink, type ImageToWrite, writeDockerArchive, writeOciArchive } from '../../image/index.ts'
import { formatReference, isDigest, parseReferenceOrId, withDefaultTag } from '../../oci/index.ts'
import type { StoredImage } from '../../store/index.ts'
import { writeFileWhole } from '../whole-file.ts'
import { Workspace, type WorkspaceOptions } from '../workspace.ts'
import { hasLayer, openLayerTar } from './layer-source.ts'
import { ensureManifest } from './manifest.ts'

export type SaveFormat = 'docker-archive' | 'oci-archive'

export interface SaveOptions extends WorkspaceOptions {
  /** Names or IDs, as the user typed them. */
  readonly images: readonly string[]
  readonly format: SaveFormat
  readonly signal?: AbortSignal | undefined
}

/**
 * `tare save`, into a file, which appears whole or not at all, or to whoever takes the bytes: every image is found, and with
 * OCI archives compressed, before the first byte is written.
 */
export async function save(options: SaveOptions, destination: string | ArchiveSink): Promise<void> {
  await using workspace = await Workspace.open(options)
  const { images } = workspace.store
  const byId = new Map<StoredImage, string[]>()
  for (const text of options.images) {
    const image = images.resolve(text)
    const known = [...byId.keys()].find(other => other.id === image.id) ?? image
    byId.set(known, [...(byId.get(known) ?? []), ...namesOf(image, text)])
  }
  const toWrite: ImageToWrite[] = []
  for (const [image, names] of byId) toWrite.push(await prepare(workspace, image, [...new Set(names)], options))
  const write = options.format === 'oci-archive' ? writeOciArchive : writeDockerArchive
  const writeAll = (sink: ArchiveSink): Promise<void> => write(toWrite, sink, options.signal)
  if (typeof destination === 'string') await writeFileWhole(destination, writeAll)
  else await writeAll(destination)
}

/** An image asked for by name is saved under that name, one asked for by ID without any, as docker save does. */
function namesOf(image: StoredImage, text: string): string[] {
  try {
    const reference = parseReferenceOrId(text)
    if (typeof reference === 'string' || isDigest(text)) return []
    const name = formatReference(withDefaultTag(reference))
    return image.names.includes(name) ? [name] : []
  } catch {
    return []
  }
}

/** Docker archives hold plain tars, which cost no compression; OCI archives what a push would send. */
async function prepare(
  workspace: Workspace,
  image: StoredImage,
  names: readonly string[],
  options: SaveOptions,
): Promise<ImageToWrite> {
  const manifest = options.format === 'oci-archive' ? await ensureManifest(workspace, image, options.signal) : undefined
  const { id, config, configBytes } = workspace.store.images.documents(image.id)
  const layers = image.layers.map(layer => ({
    diffId: layer.diffId,
    uncompressedBytes: layer.uncompressedBytes,
    uncompressed: (signal?: AbortSignal) => openLayerTar(workspace, layer, signal ?? options.signal),
  }))
  for (const layer of image.layers) if (!hasLayer(workspace, layer)) openLayerTar(workspace, layer)
  return {
    names,
    image: { id, config, configBytes, layers, manifest },
    ...(manifest ? { blobs: workspace.store.content } : {}),
  }
}
