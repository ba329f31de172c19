import { constants } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { errnoOf, isTareError, messageOf, TareError } from '../../base/error.ts'
import type { ArchivedImage, ArchiveFormat, ArchiveInput, OpenedImages, OpenImagesOptions } from '../archive.ts'
import type { ImageErrorCode } from '../errors.ts'
import type { ArchiveFiles } from './archive-files.ts'
import { openDirectoryFiles } from './directory-files.ts'
import { readDockerArchive } from './docker-archive.ts'
import { readOciLayout } from './oci-layout.ts'
import { openPlain, spool } from './spool.ts'
import { openTarFiles } from './tar-files.ts'

/**
 * Opens what `docker save`, `podman save`, `skopeo copy` or `tare save` wrote: docker-archive, OCI archive (both
 * also compressed) or OCI layout directory, told apart by content. Names, sizes, manifests and configs are checked now,
 * layers while they are read. Throws `ARCHIVE_UNRECOGNIZED`, `ARCHIVE_MALFORMED`, `ARCHIVE_NO_IMAGE`, `IMAGE_INVALID`
 * and the `OCI_` codes of broken documents.
 */
export async function openImages(input: ArchiveInput, options: OpenImagesOptions): Promise<OpenedImages> {
  const { files, directory } = await openFiles(input, options)
  try {
    const { format, images } = await readImages(files, directory, options)
    return { format, images, [Symbol.asyncDispose]: () => files[Symbol.asyncDispose]() }
  } catch (error) {
    await files[Symbol.asyncDispose]()
    throw nameArchive(files.label, error)
  }
}

/** A broken document's error does not say where the document was. */
function nameArchive(label: string, error: unknown): unknown {
  if (!isTareError(error) || !error.code.startsWith('OCI_')) return error
  return new TareError(error.code, `reading ${label}: ${error.message}`, {
    hint: error.hint,
    facts: error.facts,
    cause: error.cause,
  })
}

async function readImages(
  files: ArchiveFiles,
  directory: boolean,
  options: OpenImagesOptions,
): Promise<{ format: ArchiveFormat; images: ArchivedImage[] }> {
  const hasManifestJson = files.sizeOf('manifest.json') !== undefined
  if (files.sizeOf('oci-layout') !== undefined && files.sizeOf('index.json') !== undefined) {
    const format = hasManifestJson ? 'docker-archive' : directory ? 'oci-layout' : 'oci-archive'
    return { format, images: await readOciLayout(files, options) }
  }
  if (hasManifestJson) return { format: 'docker-archive', images: await readDockerArchive(files, options) }
  throw unrecognized(files.label, 'it has neither manifest.json nor oci-layout and index.json')
}

async function openFiles(
  input: ArchiveInput,
  options: OpenImagesOptions,
): Promise<{ files: ArchiveFiles; directory: boolean }> {
  if ('stream' in input) {
    const file = await spool(input.stream, spoolOptions(options))
    return { files: await tarFiles(file, 'archive from standard input', options), directory: false }
  }
  if (await isDirectory(input.path)) return { files: await openDirectoryFiles(input.path), directory: true }
  const file = await open(input.path, constants.O_RDONLY)
  return { files: await tarFiles(await openPlain(file, spoolOptions(options)), input.path, options), directory: false }
}

async function tarFiles(
  file: Awaited<ReturnType<typeof open>>,
  label: string,
  { signal }: OpenImagesOptions,
): Promise<ArchiveFiles> {
  try {
    return await openTarFiles(file, label, signal)
  } catch (error) {
    await file.close()
    signal?.throwIfAborted()
    if (isTareError(error, 'ARCHIVE_MALFORMED')) throw error
    throw unrecognized(label, messageOf(error), error)
  }
}

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory()
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error
    throw new TareError<ImageErrorCode>('ARCHIVE_NOT_FOUND', `opening ${path}: no such file or directory`, {
      cause: error,
    })
  }
}

function spoolOptions({ spoolDirectory, filter, signal }: OpenImagesOptions): Parameters<typeof spool>[1] {
  return { directory: spoolDirectory, filter, signal }
}

function unrecognized(label: string, why: string, cause?: unknown): TareError<ImageErrorCode> {
  return new TareError('ARCHIVE_UNRECOGNIZED', `reading ${label}: this is not an image archive: ${why}`, {
    cause,
    hint: 'Archives of `docker save`, `podman save` and OCI layouts are read here; a plain root file system is for `tare import`.',
  })
}
