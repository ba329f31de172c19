import {
  familiarName,
  familiarRepository,
  formatPlatform,
  matchesFamiliar,
  parseDigest,
  parseReference,
  repositoryOf,
} from '../../oci/index.ts'
import type { HistoryRow, ImageRow, InspectedImage } from '../../record/index.ts'
import type { Removal, StoredImage } from '../../store/index.ts'
import { hasStore, Workspace, type WorkspaceOptions } from '../workspace.ts'
import { fullName } from './reference.ts'

export interface ListOptions extends WorkspaceOptions {
  /** `alpine`, `alpine:3`, or a pattern of Docker's `reference` filter. */
  readonly reference?: string | undefined
  /** Only images without a name, or only those with one. */
  readonly dangling?: boolean | undefined
}

/** A row for each name of each image, the newest first; an image without a name has one row. */
export async function listImages(options: ListOptions = {}): Promise<ImageRow[]> {
  if (!hasStore(options)) return []
  await using workspace = await Workspace.open(options)
  const images = workspace.store.images
    .list()
    .filter(image => options.dangling === undefined || options.dangling === (image.names.length === 0))
  const rows = images.flatMap(rowsOf)
  return options.reference === undefined ? rows : rows.filter(row => matchesName(options.reference as string, row))
}

function rowsOf(image: StoredImage): ImageRow[] {
  const common = {
    id: image.id,
    createdMs: image.createdMs || undefined,
    uncompressedBytes: image.uncompressedBytes ?? 0,
    platform: formatPlatform(image.platform),
  }
  if (image.names.length === 0) return [common]
  return image.names.map(name => {
    const reference = parseReference(name)
    const repoDigest = image.repoDigests.find(one => one.startsWith(`${repositoryOf(reference)}@`))
    const digest =
      repoDigest === undefined ? image.manifestDigest : parseDigest(repoDigest.slice(repoDigest.indexOf('@') + 1))
    return { ...common, repository: familiarRepository(reference), tag: reference.tag, digest }
  })
}

function matchesName(pattern: string, row: ImageRow): boolean {
  if (row.repository === undefined) return false
  return row.repository === pattern || matchesFamiliar(pattern, parseReference(`${row.repository}:${row.tag}`))
}

/** Images by what the user typed. Throws `IMAGE_NOT_FOUND` or `IMAGE_AMBIGUOUS` for the first that cannot be told. */
export async function inspectImages(
  names: readonly string[],
  options: WorkspaceOptions = {},
): Promise<InspectedImage[]> {
  await using workspace = await Workspace.open(options)
  return names.map(name => {
    const image = workspace.store.images.resolve(name)
    return {
      id: image.id,
      config: workspace.store.images.documents(image.id).config,
      repoTags: image.names.map(familiar),
      repoDigests: image.repoDigests.map(familiar),
      uncompressedBytes: image.uncompressedBytes ?? 0,
    }
  })
}

function familiar(name: string): string {
  return familiarName(parseReference(name))
}

/** The newest entry first, as docker history lists it. */
export async function imageHistory(name: string, options: WorkspaceOptions = {}): Promise<HistoryRow[]> {
  await using workspace = await Workspace.open(options)
  const image = workspace.store.images.resolve(name)
  const { config } = workspace.store.images.documents(image.id)
  let layer = 0
  const rows = (config.history ?? []).map(entry => {
    const bytes = entry.empty_layer ? 0 : (image.layers[layer++]?.uncompressedBytes ?? 0)
    return {
      createdMs: entry.created === undefined ? undefined : Date.parse(entry.created),
      createdBy: entry.created_by ?? '',
      uncompressedBytes: bytes,
      comment: entry.comment ?? '',
    }
  })
  const newestFirst: HistoryRow[] = rows.toReversed()
  return newestFirst.map((row, index) => (index === 0 ? { ...row, id: image.id } : row))
}

/** Gives an image another name; an image that had it loses it. */
export async function tagImage(source: string, target: string, options: WorkspaceOptions = {}): Promise<void> {
  const name = fullName(target)
  await using workspace = await Workspace.open(options)
  workspace.store.images.tag(workspace.store.images.resolve(source).id, name)
}

export interface RemoveOptions extends WorkspaceOptions {
  readonly force?: boolean | undefined
}

/** `rmi`: what became of each; one that cannot be removed does not keep the others. Disk space comes back with it. */
export async function removeImages(
  names: readonly string[],
  options: RemoveOptions = {},
): Promise<{ readonly removals: Removal[]; readonly errors: unknown[] }> {
  await using workspace = await Workspace.open(options)
  await workspace.reap()
  const removals: Removal[] = []
  const errors: unknown[] = []
  for (const name of names) {
    try {
      removals.push(...workspace.store.images.remove(name, { force: options.force }))
    } catch (error) {
      errors.push(error)
    }
  }
  if (removals.some(removal => removal.kind === 'deleted')) {
    await workspace.store.removeUnusedBlobs()
    await workspace.snapshotter.removeUnused()
  }
  return { removals, errors }
}
