import * as v from 'valibot'
import { messageOf } from '../../base/error.ts'
import {
  type Digest,
  digestOf,
  formatReference,
  MAX_CONFIG_BYTES,
  MAX_MANIFEST_BYTES,
  parseImageConfig,
  parseReference,
  withDefaultTag,
} from '../../oci/index.ts'
import type { ArchivedImage, OpenImagesOptions } from '../archive.ts'
import { type ArchiveFiles, malformed, readSmallFile } from './archive-files.ts'
import { cleanArchiveName } from './archive-path.ts'
import { layerBlobs } from './file-blobs.ts'
import { fileImage } from './file-image.ts'
import { LayerDescriber, type StoredLayer } from './stored-layer.ts'

const manifestSchema = v.array(
  v.object({
    Config: v.string(),
    RepoTags: v.nullish(v.array(v.string()), []),
    Layers: v.nullish(v.array(v.string()), []),
  }),
)
type ManifestEntry = v.InferOutput<typeof manifestSchema>[number]

/** The images of what `docker save` writes: manifest.json names a config and layer tars for each. */
export async function readDockerArchive(files: ArchiveFiles, options: OpenImagesOptions): Promise<ArchivedImage[]> {
  const entries = parseManifestJson(files, await readSmallFile(files, 'manifest.json', MAX_MANIFEST_BYTES))
  if (entries.length === 0) throw malformed(files, 'manifest.json lists no image')
  const images: ArchivedImage[] = []
  const describer = new LayerDescriber(files, options)
  for (const entry of entries) images.push(await readEntry(files, entry, describer, options))
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
  describer: LayerDescriber,
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
    layers.push(await describer.describe(cleanName(files, name), diffIds[i]))
  return {
    names: (entry.RepoTags ?? []).map(tag => fullName(files, tag)),
    image: fileImage({ id, configBytes, layers, options }),
    blobs: layerBlobs(files, layers),
  }
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
