import {
  type Descriptor,
  type Digest,
  type ImageIndex,
  isDigest,
  MAX_MANIFEST_BYTES,
  parseIndex,
  parseManifestDocument,
} from '../../oci/index.ts'
import type { ArchivedImage, OpenImagesOptions } from '../archive.ts'
import { type ArchiveFiles, malformed, readSmallFile } from './archive-files.ts'
import { openDirectoryFiles } from './directory-files.ts'
import { blobPath, fileBlobs } from './file-blobs.ts'
import { haveOwnPlatforms, noImage, readImage, selectManifest } from './oci-layout.ts'

/** Which of a layout's images is meant. */
export interface LayoutChoice {
  readonly tag: string
  /** Of a manifest or an index in the layout; wins over the tag. */
  readonly digest: Digest | undefined
}

/**
 * One image of an OCI layout directory, for one platform: by digest, else by tag, else the only one there is. Layers are
 * verified while they are read. Throws `ARCHIVE_NO_IMAGE`, `ARCHIVE_MALFORMED`, `IMAGE_INVALID` and the `OCI_` codes.
 */
export async function openLayoutImage(
  path: string,
  choice: LayoutChoice,
  options: OpenImagesOptions,
): Promise<Pick<ArchivedImage, 'image' | 'blobs'>> {
  const files = await openDirectoryFiles(path)
  const index = parseIndex(await readSmallFile(files, 'index.json', MAX_MANIFEST_BYTES))
  const entries =
    choice.digest === undefined ? entriesOf(index, choice.tag) : [await entryOf(files, index, choice.digest)]
  const found = await selectManifest(files, entries, options)
  if (!found) throw noImage(files, { ...index, manifests: entries }, options)
  return { image: await readImage(files, found, options), blobs: fileBlobs(files) }
}

/** `org.opencontainers.image.ref.name` is a tag or a whole name (annotations.md). */
function entriesOf({ manifests }: ImageIndex, tag: string): readonly Descriptor[] {
  const tagged = manifests.filter(({ annotations }) => {
    const name = annotations?.['org.opencontainers.image.ref.name'] ?? annotations?.['io.containerd.image.name']
    return name === tag || name?.endsWith(`:${tag}`)
  })
  const single = manifests.length === 1 || haveOwnPlatforms(manifests)
  return tagged.length === 0 && single ? manifests : tagged
}

/** A blob may be named that the index does not list itself. */
async function entryOf(files: ArchiveFiles, { manifests }: ImageIndex, digest: Digest): Promise<Descriptor> {
  const listed = manifests.find(entry => entry.digest === digest && isDigest(entry.digest))
  if (listed) return listed
  const path = blobPath(digest)
  const bytes = await readSmallFile(files, path, MAX_MANIFEST_BYTES).catch(cause => {
    throw malformed(files, `it has no image ${digest}`, cause)
  })
  return { mediaType: parseManifestDocument(bytes).mediaType, digest, size: bytes.length }
}
