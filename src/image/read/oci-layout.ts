import { TareError } from '../../base/error.ts'
import {
  type Descriptor,
  type Digest,
  formatPlatform,
  formatReference,
  type Image,
  type ImageIndex,
  isDigest,
  isImageManifest,
  isIndexType,
  isManifestType,
  MAX_CONFIG_BYTES,
  MAX_MANIFEST_BYTES,
  type Manifest,
  type Platform,
  parseImageConfig,
  parseImageLayout,
  parseIndex,
  parseManifest,
  parseReference,
  platformsOf,
  rankCandidates,
  withDefaultTag,
} from '../../oci/index.ts'
import type { ArchivedImage, OpenImagesOptions } from '../archive.ts'
import type { ImageErrorCode } from '../errors.ts'
import { type ArchiveFiles, malformed, readSmallFile } from './archive-files.ts'
import { blobPath, fileBlobs, readSmallBlob } from './file-blobs.ts'
import { fileImage } from './file-image.ts'
import type { StoredLayer } from './stored-layer.ts'

const MAX_DEPTH = 4
const MAX_MANIFESTS = 1000
const MAX_LAYOUT_BYTES = 4096

/** The images of an OCI layout (image-layout.md) for one platform, each once with all its names. */
export async function readOciLayout(files: ArchiveFiles, options: OpenImagesOptions): Promise<ArchivedImage[]> {
  const version = parseImageLayout(await readSmallFile(files, 'oci-layout', MAX_LAYOUT_BYTES))
  if (!version.startsWith('1.')) throw malformed(files, `layout version ${JSON.stringify(version)} is not known`)
  const index = parseIndex(await readSmallFile(files, 'index.json', MAX_MANIFEST_BYTES))
  const images = new Map<Digest, { names: Set<string>; image: Image }>()
  for (const group of groupByName(index)) {
    const found = await selectManifest(files, group.entries, options)
    if (!found) continue
    const known = images.get(found.digest) ?? { names: new Set(), image: await readImage(files, found, options) }
    if (group.name !== undefined) known.names.add(group.name)
    images.set(found.digest, known)
  }
  if (images.size === 0) throw noImage(files, index, options)
  const blobs = fileBlobs(files)
  return [...images.values()].map(({ names, image }) => ({ names: [...names], image, blobs }))
}

/** Entries that bear the same name stand for one image on several platforms, and so do entries without a name when no two are for the same one. */
function groupByName(index: ImageIndex): { name: string | undefined; entries: Descriptor[] }[] {
  const groups = new Map<string | undefined, Descriptor[]>()
  for (const entry of index.manifests) {
    const name = nameOf(entry)
    groups.set(name, [...(groups.get(name) ?? []), entry])
  }
  return [...groups].flatMap(([name, entries]) =>
    name === undefined && !haveOwnPlatforms(entries)
      ? entries.map(entry => ({ name, entries: [entry] }))
      : [{ name, entries }],
  )
}

export function haveOwnPlatforms(entries: readonly Descriptor[]): boolean {
  const platforms = entries.flatMap(({ platform }) => (platform ? [formatPlatform(platform)] : []))
  return new Set(platforms).size === entries.length
}

/**
 * `io.containerd.image.name` is a whole name; `org.opencontainers.image.ref.name` is one when it has a repository and a
 * tag, and else only a tag or a word of the writer's own (annotations.md), which names no image.
 */
function nameOf({ annotations }: Descriptor): string | undefined {
  const whole = annotations?.['io.containerd.image.name']
  const name = whole ?? annotations?.['org.opencontainers.image.ref.name']
  if (name === undefined || (whole === undefined && !/[:/]/.test(name))) return undefined
  try {
    const reference = parseReference(name)
    return reference.digest === undefined ? formatReference(withDefaultTag(reference)) : undefined
  } catch {
    return undefined
  }
}

interface Candidate {
  readonly descriptor: Descriptor
  readonly platform: Platform
}

/** The manifest that serves best; one that is alone is taken whatever it is for, as `docker load` does. */
export async function selectManifest(
  files: ArchiveFiles,
  entries: readonly Descriptor[],
  options: OpenImagesOptions,
): Promise<Descriptor | undefined> {
  const candidates = await listCandidates(files, entries, 0)
  const [best] = rankCandidates(options.platform, candidates, ({ platform }) => platform)
  return (best ?? (candidates.length === 1 ? candidates[0] : undefined))?.descriptor
}

/** All image manifests whose blob is there (`docker save` leaves other platforms' out), nested indexes opened. */
async function listCandidates(
  files: ArchiveFiles,
  entries: readonly Descriptor[],
  depth: number,
): Promise<Candidate[]> {
  if (depth > MAX_DEPTH) throw malformed(files, `indexes are nested more than ${MAX_DEPTH} deep`)
  if (entries.length > MAX_MANIFESTS) throw malformed(files, `an index lists more than ${MAX_MANIFESTS} manifests`)
  const candidates: Candidate[] = []
  for (const entry of entries.filter(entry => isImageEntry(entry) && isPresent(files, entry))) {
    const found = isIndexType(entry.mediaType)
      ? await listCandidates(files, await readNested(files, entry), depth + 1)
      : await asCandidate(files, entry)
    candidates.push(...found)
  }
  return candidates
}

async function readNested(files: ArchiveFiles, entry: Descriptor): Promise<readonly Descriptor[]> {
  return parseIndex(await readSmallBlob(files, entry, MAX_MANIFEST_BYTES), entry.mediaType).manifests
}

/** For a manifest whose entry names no platform the config tells. */
async function asCandidate(files: ArchiveFiles, descriptor: Descriptor): Promise<Candidate[]> {
  if (descriptor.platform) return [{ descriptor, platform: descriptor.platform }]
  const manifest = await readManifest(files, descriptor)
  if (!isImageManifest(manifest.value)) return []
  const platform = parseImageConfig(await readSmallBlob(files, manifest.value.config, MAX_CONFIG_BYTES))
  return [{ descriptor, platform }]
}

function isPresent(files: ArchiveFiles, { digest }: Descriptor): boolean {
  return isDigest(digest) && files.sizeOf(blobPath(digest)) !== undefined
}

function isImageEntry({ mediaType, platform, annotations }: Descriptor): boolean {
  if (!isIndexType(mediaType) && !isManifestType(mediaType)) return false
  return platform?.os !== 'unknown' && annotations?.['vnd.docker.reference.type'] === undefined
}

async function readManifest(files: ArchiveFiles, descriptor: Descriptor): Promise<{ value: Manifest; bytes: Buffer }> {
  const bytes = await readSmallBlob(files, descriptor, MAX_MANIFEST_BYTES)
  return { bytes, value: parseManifest(bytes, descriptor.mediaType) }
}

export async function readImage(files: ArchiveFiles, entry: Descriptor, options: OpenImagesOptions): Promise<Image> {
  const { value, bytes } = await readManifest(files, entry)
  if (!isImageManifest(value)) throw malformed(files, `manifest ${entry.digest} is not of an image`)
  const configBytes = await readSmallBlob(files, value.config, MAX_CONFIG_BYTES)
  const descriptor: Descriptor = { mediaType: entry.mediaType, digest: entry.digest, size: entry.size }
  return fileImage({
    id: value.config.digest,
    configBytes,
    layers: value.layers.map(layer => blobLayer(files, layer)),
    manifest: { descriptor, value, bytes },
    options,
  })
}

function blobLayer(files: ArchiveFiles, descriptor: Descriptor): StoredLayer {
  const path = blobPath(descriptor.digest)
  if (files.sizeOf(path) === undefined) throw malformed(files, `layer ${path} is missing`)
  return { descriptor, open: signal => files.open(path, signal) }
}

export function noImage(
  files: ArchiveFiles,
  index: ImageIndex,
  { platform }: OpenImagesOptions,
): TareError<ImageErrorCode> {
  const offered = platformsOf(index)
  return new TareError('ARCHIVE_NO_IMAGE', `reading ${files.label}: no image for ${formatPlatform(platform)} in it`, {
    hint: offered.length > 0 ? `It has images for ${offered.join(', ')}: choose one with --platform.` : undefined,
    facts: { platform: formatPlatform(platform), offered },
  })
}
