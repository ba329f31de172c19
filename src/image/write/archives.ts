import { type Descriptor, type ImageIndex, OCI_INDEX, type Platform, parseReference } from '../../oci/index.ts'
import type { ArchiveSink, ImageToWrite } from '../archive.ts'
import { blobPath } from '../read/file-blobs.ts'
import { type ArchiveEntry, inMemory, type PreparedImage, prepareImage } from './prepared.ts'
import { writeTar } from './tar-output.ts'

/**
 * Writes images as one tar that is both a docker-archive and an OCI archive, as `docker save` does since Docker 25:
 * manifest.json for `docker load` and older readers, index.json and oci-layout for the others, each blob once.
 */
export function writeDockerArchive(
  images: readonly ImageToWrite[],
  sink: ArchiveSink,
  signal?: AbortSignal,
): Promise<void> {
  return writeTar(dockerEntries(images.map(prepareImage)), sink, signal)
}

/** Writes images as an OCI layout in a tar (image-layout.md) and nothing else. */
export function writeOciArchive(
  images: readonly ImageToWrite[],
  sink: ArchiveSink,
  signal?: AbortSignal,
): Promise<void> {
  return writeTar(layoutEntries(images.map(prepareImage)), sink, signal)
}

/** The files of a docker-archive, by path. */
export function dockerEntries(images: readonly PreparedImage[]): Map<string, ArchiveEntry> {
  return layoutEntries(images).set('manifest.json', json(images.map(dockerManifest)))
}

/** The files of an OCI layout, by path. */
export function layoutEntries(images: readonly PreparedImage[]): Map<string, ArchiveEntry> {
  const entries = new Map<string, ArchiveEntry>()
  for (const { blobs } of images) for (const [digest, entry] of blobs) entries.set(blobPath(digest), entry)
  entries.set('index.json', json(layoutIndex(images)))
  entries.set('oci-layout', json({ imageLayoutVersion: '1.0.0' }))
  return entries
}

export function layoutIndex(images: readonly PreparedImage[]): ImageIndex {
  return { schemaVersion: 2, mediaType: OCI_INDEX, manifests: images.flatMap(indexEntries) }
}

/** One entry for each name, with the annotations that Docker and containerd read and write. */
function indexEntries({ names, image, manifest }: PreparedImage): Descriptor[] {
  const { mediaType, digest, size } = manifest.descriptor
  const entry: Descriptor = { mediaType, digest, size, platform: platformOf(image.config) }
  if (names.length === 0) return [entry]
  return names.map(name => ({
    ...entry,
    annotations: {
      'io.containerd.image.name': name,
      'org.opencontainers.image.ref.name': parseReference(name).tag ?? name,
    },
  }))
}

function platformOf({ os, architecture, variant }: Platform): Platform {
  return { architecture, os, variant: variant || undefined }
}

/** Names in full, as containers/image writes them: Docker takes both forms, podman puts short ones under `localhost/`. */
function dockerManifest({ names, image, manifest }: PreparedImage): unknown {
  return {
    Config: blobPath(image.id),
    RepoTags: names.length > 0 ? names : null,
    Layers: manifest.value.layers.map(layer => blobPath(layer.digest)),
  }
}

export function json(value: unknown): ArchiveEntry {
  return inMemory(Buffer.from(JSON.stringify(value), 'utf8'))
}
