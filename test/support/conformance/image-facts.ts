import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { runOrThrow } from '../../../scripts/command.ts'
import type { HistoryEntry, ImageConfig } from '../../../src/oci/index.ts'
import { tempFolder } from '../temp-folder.ts'
import { SERVER_NAME } from './file-server.ts'
import { applyLayerTar, type FlatFile, type FlatFiles } from './flat-files.ts'

/** What is compared of a build: nothing that depends on when or by whom it was made. */
export interface BuildFacts {
  readonly exit: number
  readonly config?: Readonly<Record<string, unknown>>
  readonly history?: readonly string[]
  /** What is not as in the base, one text a path; null for what is gone. */
  readonly files?: Readonly<Record<string, Readonly<Record<string, unknown>> | null>>
}

/** Facts of an image in a docker-archive. */
export async function imageFacts(archive: string): Promise<BuildFacts> {
  using folder = tempFolder()
  await runOrThrow('tar', ['-C', folder.path, '-xf', archive])
  const [manifest] = readJson<{ Config: string; Layers: string[] }[]>(join(folder.path, 'manifest.json'))
  const image = readJson<ImageConfig>(join(folder.path, manifest!.Config))
  const layers = manifest!.Layers.map(layer => join(folder.path, layer))
  const own = ownHistory(image.history ?? [])
  const inherited = layers.length - own.filter(entry => !entry.empty_layer).length
  const files: FlatFiles = new Map()
  for (const layer of layers.slice(0, inherited)) await applyLayerTar(files, layer)
  const base = describeFiles(files)
  const history: string[] = []
  for (const entry of own) {
    const before = entry.empty_layer ? '' : JSON.stringify([...describeFiles(files)])
    if (!entry.empty_layer) await applyLayerTar(files, layers[inherited + changes(own, entry)]!)
    const changed = !entry.empty_layer && JSON.stringify([...describeFiles(files)]) !== before
    history.push(historyText(entry, changed))
  }
  return { exit: 0, config: configFacts(image), history, files: changedFiles(base, describeFiles(files)) }
}

function readJson<T>(file: string): T {
  return JSON.parse(readFileSync(file, 'utf8')) as T
}

/** The entries of the build itself. Bases of the corpus are made without BuildKit's comment. */
function ownHistory(history: readonly HistoryEntry[]): HistoryEntry[] {
  const first = history.findIndex(entry => entry.created_by?.includes('conformance base'))
  return history.slice(first + 1)
}

function changes(history: readonly HistoryEntry[], entry: HistoryEntry): number {
  return history.slice(0, history.indexOf(entry)).filter(each => !each.empty_layer).length
}

/** `+` where a layer changes something: BuildKit keeps layers that do not, Tare does not make them (docs/adr/0003). */
function historyText(entry: HistoryEntry, changed: boolean): string {
  const author = entry.author ? ` (${entry.author})` : ''
  const made = entry.created_by?.replace(/(?<=https?:\/\/)127\.0\.0\.1:\d+/g, SERVER_NAME)
  return `${changed ? '+' : '-'} ${made} [${entry.comment ?? ''}]${author}`
}

function configFacts(image: ImageConfig): Record<string, unknown> {
  const { config = {}, author } = image
  const { Labels, ...rest } = config as Record<string, unknown>
  const all = { ...rest, Labels, author }
  const kept = Object.entries(all).filter(([, value]) => !isEmpty(value))
  return Object.fromEntries(kept.sort(([a], [b]) => (a < b ? -1 : 1)))
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === '' || value === false) return true
  return typeof value === 'object' && Object.keys(value).length === 0
}

type Described = Map<string, Record<string, unknown>>

function describeFiles(files: FlatFiles): Described {
  const names = new Map<FlatFile, string[]>()
  for (const [path, file] of files) names.set(file, [...(names.get(file) ?? []), path])
  const described: Described = new Map()
  for (const path of [...files.keys()].sort()) {
    const file = files.get(path)!
    described.set(path, describeFile(file, names.get(file)!))
  }
  return described
}

function describeFile(file: FlatFile, names: readonly string[]): Record<string, unknown> {
  return {
    is: `${file.type} ${file.mode.toString(8).padStart(4, '0')} ${file.owner}`,
    mtime: isNow(file.mtime) ? 'now' : file.mtime,
    ...(file.content === undefined ? {} : { content: file.content }),
    ...(file.link === undefined ? {} : { link: file.link }),
    ...(file.device === undefined ? {} : { device: file.device }),
    ...(Object.keys(file.xattrs).length > 0 ? { xattrs: file.xattrs } : {}),
    ...(names.length > 1 ? { names: [...names].sort() } : {}),
  }
}

/** Between 2023 and 2096: the corpus itself uses no such times. */
function isNow(mtime: number): boolean {
  return mtime > 1_700_000_000 && mtime < 4_000_000_000
}

function changedFiles(before: Described, after: Described): NonNullable<BuildFacts['files']> {
  const changed: Record<string, Record<string, unknown> | null> = {}
  for (const path of [...new Set([...before.keys(), ...after.keys()])].sort()) {
    const file = after.get(path)
    if (JSON.stringify(file) !== JSON.stringify(before.get(path))) changed[path] = file ?? null
  }
  return changed
}
