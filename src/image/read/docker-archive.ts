import { createHash } from 'node:crypto'
import * as v from 'valibot'
import { messageOf } from '../../base/error.ts'
import { type Compression, detectCompression } from '../../layer/index.ts'
import {
  type Descriptor,
  type Digest,
  digestOf,
  finishDigest,
  formatReference,
  MAX_CONFIG_BYTES,
  MAX_MANIFEST_BYTES,
  OCI_LAYER,
  OCI_LAYER_GZIP,
  OCI_LAYER_ZSTD,
  parseImageConfig,
  parseReference,
  withDefaultTag,
} from '../../oci/index.ts'
import type { ArchivedImage, OpenImagesOptions } from '../archive.ts'
import { type ArchiveFiles, malformed, readSmallFile } from './archive-files.ts'
import { cleanArchiveName } from './archive-path.ts'
import { fileBlobs } from './file-blobs.ts'
import { fileImage, type StoredLayer } from './file-image.ts'

const manifestSchema = v.array(
  v.object({
    Config: v.string(),
    RepoTags: v.nullish(v.array(v.string()), []),
    Layers: v.nullish(v.array(v.string()), []),
  }),
)
type ManifestEntry = v.InferOutput<typeof manifestSchema>[number]

const MEDIA_TYPES: Readonly<Partial<Record<Compression, string>>> = {
  none: OCI_LAYER,
  gzip: OCI_LAYER_GZIP,
  zstd: OCI_LAYER_ZSTD,
}

/** The images of what `docker save` writes: manifest.json names a config and layer tars for each. */
export async function readDockerArchive(files: ArchiveFiles, options: OpenImagesOptions): Promise<ArchivedImage[]> {
  const entries = parseManifestJson(files, await readSmallFile(files, 'manifest.json', MAX_MANIFEST_BYTES))
  if (entries.length === 0) throw malformed(files, 'manifest.json lists no image')
  const images: ArchivedImage[] = []
  for (const entry of entries) images.push(await readEntry(files, entry, options))
  return mergeNames(images)
}

function parseManifestJson(files: ArchiveFiles, bytes: Buffer): ManifestEntry[] {
  try {
    return v.parse(manifestSchema, JSON.parse(bytes.toString('utf8')))
  } catch (error) {
    throw malformed(files, `manifest.json: ${messageOf(error)}`, error)
  }
}

async function readEntry(
  files: ArchiveFiles,
  entry: ManifestEntry,
  options: OpenImagesOptions,
): Promise<ArchivedImage> {
  const configPath = cleanName(files, entry.Config)
  const configBytes = await readSmallFile(files, configPath, MAX_CONFIG_BYTES)
  const id = digestOf(configBytes)
  const named = /^(?:blobs\/sha256\/)?([0-9a-f]{64})(?:\.json)?$/.exec(configPath)?.[1]
  if (named !== undefined && id !== `sha256:${named}`) throw malformed(files, `config ${configPath} has digest ${id}`)
  const diffIds = parseImageConfig(configBytes).rootfs.diff_ids
  const layers: StoredLayer[] = []
  for (const [i, name] of (entry.Layers ?? []).entries())
    layers.push(await describeLayer(files, cleanName(files, name), diffIds[i], options.signal))
  const paths = new Map(
    layers.flatMap(({ descriptor, path }) => (descriptor ? [[descriptor.digest, path] as const] : [])),
  )
  return {
    names: (entry.RepoTags ?? []).map(tag => fullName(files, tag)),
    image: fileImage(files, { id, configBytes, layers, options }),
    blobs: fileBlobs(files, paths),
  }
}

/** What a manifest would say of a layer. A plain tar's digest is its diff ID; that of a compressed one is computed. */
async function describeLayer(
  files: ArchiveFiles,
  path: string,
  diffId: Digest | undefined,
  signal?: AbortSignal,
): Promise<StoredLayer> {
  const size = files.sizeOf(path)
  if (size === undefined) throw malformed(files, `layer ${path} is missing`)
  const compression = await compressionOf(files, path)
  const mediaType = MEDIA_TYPES[compression]
  if (mediaType === undefined) return { path, descriptor: undefined }
  const digest = compression === 'none' && diffId ? diffId : await hashFile(files, path, signal)
  const descriptor: Descriptor = { mediaType, digest, size }
  return { path, descriptor }
}

async function compressionOf(files: ArchiveFiles, path: string): Promise<Compression> {
  for await (const chunk of files.open(path)) return detectCompression(chunk)
  return 'none'
}

async function hashFile(files: ArchiveFiles, path: string, signal?: AbortSignal): Promise<Digest> {
  const hash = createHash('sha256')
  for await (const chunk of files.open(path, signal)) hash.update(chunk)
  return finishDigest(hash)
}

function cleanName(files: ArchiveFiles, name: string): string {
  const clean = cleanArchiveName(name)
  if (clean) return clean
  throw malformed(files, `manifest.json: the name ${JSON.stringify(name)} is not allowed`)
}

function fullName(files: ArchiveFiles, tag: string): string {
  try {
    return formatReference(withDefaultTag(parseReference(tag)))
  } catch (error) {
    throw malformed(files, `manifest.json: ${messageOf(error)}`, error)
  }
}

/** One image may be listed once for each of its names. */
function mergeNames(images: readonly ArchivedImage[]): ArchivedImage[] {
  const merged = new Map<Digest, ArchivedImage>()
  for (const each of images) {
    const known = merged.get(each.image.id)
    merged.set(each.image.id, known ? { ...known, names: [...new Set([...known.names, ...each.names])] } : each)
  }
  return [...merged.values()]
}
