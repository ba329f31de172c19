import { createHash, randomBytes } from 'node:crypto'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { mkdir, open, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { TareError } from '../../base/error.ts'
import { printable } from '../../base/source.ts'
import {
  type Descriptor,
  type Digest,
  digestAlgorithm,
  finishDigest,
  MAX_MANIFEST_BYTES,
  parseIndex,
} from '../../oci/index.ts'
import type { ImageToWrite } from '../archive.ts'
import type { ImageErrorCode } from '../errors.ts'
import { blobPath } from '../read/file-blobs.ts'
import { readRange } from '../read/file-bytes.ts'
import { verifiedBlob } from '../read/verified.ts'
import { dockerEntries, json, layoutEntries, layoutIndex } from './archives.ts'
import { type ArchiveEntry, type PreparedImage, prepareImage } from './prepared.ts'

export interface LayoutOptions {
  /** A manifest.json too, which `docker load` of older versions wants. */
  readonly docker?: boolean | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * Writes images into an OCI layout (image-layout.md), which is made when it is not there. Images in it stay, but for
 * names that move to the new ones; blobs that are there and right are not written again; the index comes last. Each file
 * appears whole. Throws `ARCHIVE_UNRECOGNIZED` when the directory's index.json is no index, and node:fs errors.
 */
export async function writeLayout(
  images: readonly ImageToWrite[],
  directory: string,
  { docker, signal }: LayoutOptions = {},
): Promise<void> {
  const prepared = images.map(prepareImage)
  const manifests = mergedManifests(knownManifests(directory), prepared)
  for (const { blobs } of prepared) {
    for (const [digest, entry] of blobs) await writeBlob(directory, digest, entry, signal)
  }
  const files = docker ? dockerEntries(prepared) : layoutEntries(prepared)
  files.set('index.json', json({ ...layoutIndex(prepared), manifests }))
  for (const name of ['oci-layout', 'manifest.json', 'index.json']) {
    const entry = files.get(name)
    if (entry) await writeWhole(join(directory, name), entry.open(signal))
  }
}

function knownManifests(directory: string): readonly Descriptor[] {
  const path = join(directory, 'index.json')
  if (!existsSync(path)) return []
  try {
    if (statSync(path).size > MAX_MANIFEST_BYTES) throw new RangeError('it is too large')
    return parseIndex(readFileSync(path)).manifests
  } catch (cause) {
    const message = `writing an image into ${printable(directory)}: its index.json is not an image index`
    throw new TareError<ImageErrorCode>('ARCHIVE_UNRECOGNIZED', message, {
      hint: 'Name another directory.',
      facts: { path },
      cause,
    })
  }
}

const NAME = 'org.opencontainers.image.ref.name'
const WHOLE_NAME = 'io.containerd.image.name'

/** What is there without what the new entries replace: the same name, or the same manifest without a name. */
function mergedManifests(known: readonly Descriptor[], images: readonly PreparedImage[]): Descriptor[] {
  const added = layoutIndex(images).manifests
  const replaced = (old: Descriptor): boolean =>
    added.some(entry => nameOf(entry) === nameOf(old) && (nameOf(entry) !== undefined || entry.digest === old.digest))
  return [...known.filter(old => !replaced(old)), ...added]
}

function nameOf({ annotations }: Descriptor): string | undefined {
  return annotations?.[WHOLE_NAME] ?? annotations?.[NAME]
}

async function writeBlob(
  directory: string,
  digest: Digest,
  entry: ArchiveEntry,
  signal: AbortSignal | undefined,
): Promise<void> {
  const path = join(directory, blobPath(digest))
  if (await isBlob(path, digest, entry.size, signal)) return
  await writeWhole(path, verifiedBlob(entry.open(signal), { mediaType: '', digest, size: entry.size }))
}

async function isBlob(path: string, digest: Digest, size: number, signal: AbortSignal | undefined): Promise<boolean> {
  const stats = statSync(path, { throwIfNoEntry: false })
  if (!stats?.isFile() || stats.size !== size) return false
  await using file = await open(path)
  const hash = createHash(digestAlgorithm(digest))
  for await (const chunk of readRange(file, 0, size, signal)) hash.update(chunk)
  return finishDigest(hash) === digest
}

async function writeWhole(path: string, bytes: AsyncIterable<Uint8Array>): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  const temporary = `${path}.${randomBytes(6).toString('hex')}.part`
  try {
    await writeFile(temporary, bytes, { flag: 'wx' })
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}
