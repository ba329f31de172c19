import { createHash } from 'node:crypto'
import { compareText } from '../base/text.ts'
import { type Digest, finishDigest } from '../oci/index.ts'

/**
 * One entry of what COPY or ADD selected. Leave a field undefined when it must not count: `mode` under --chmod, `uid` and
 * `gid` under --chown and for the local context. Times are not here: they never count.
 */
export interface ContentEntry {
  /**
   * Relative to the destination; lossless text. A file source has its name; a directory source is `''` itself and its
   * entries follow, so that a file and a directory holding just that file never look alike.
   */
  readonly path: string
  readonly type: 'file' | 'dir' | 'symlink' | 'fifo' | 'char' | 'block' | 'socket'
  readonly mode?: number | undefined
  readonly uid?: number | undefined
  readonly gid?: number | undefined
  /** Target of a symlink. */
  readonly target?: string | undefined
  /** Any key that the entries of one hard-link set share; a set with one member in the selection does not count. */
  readonly linkSet?: string | undefined
  readonly xattrs?: ReadonlyMap<string, Uint8Array> | undefined
  /** Digest of a regular file's bytes. */
  readonly digest?: Digest | undefined
  readonly device?: readonly [number, number] | undefined
}

/** The content of a selection: its digest, and what is needed to say later which file changed. */
export interface ContentRecord {
  readonly digest: Digest
  readonly entries: number
  /** `[path, what counts of it]` for each entry, up to `MAX_LISTED`. */
  readonly files?: readonly (readonly [string, string])[] | undefined
  /** Above that, `[folder, digest of what is in and below it]`, as deep as `MAX_LISTED` folders allow. */
  readonly folders?: readonly (readonly [string, string])[] | undefined
}

/** Bounds a record to some 150 KB of JSON; a list names the changed file, a tree of folders the folder it is in. */
export const MAX_LISTED = 2000
const DEEPEST_FOLDER = 8

/** Hashes a selection, in whatever order it comes: entries are ordered by path, and entries with one path by arrival. */
export async function hashSelection(
  entries: Iterable<ContentEntry> | AsyncIterable<ContentEntry>,
): Promise<ContentRecord> {
  const all = Symbol.asyncIterator in entries ? await collect(entries) : [...entries]
  all.sort((a, b) => compareText(a.path, b.path))
  const lines = contentLines(all)
  const digest = digestLines(lines)
  if (lines.length <= MAX_LISTED) return { digest, entries: lines.length, files: lines }
  return { digest, entries: lines.length, folders: folderDigests(lines) }
}

async function collect(entries: AsyncIterable<ContentEntry>): Promise<ContentEntry[]> {
  const all: ContentEntry[] = []
  for await (const entry of entries) all.push(entry)
  return all
}

type Line = readonly [path: string, what: string]

/** Hashed in pieces of this many lines: one update for each would cost more than the hashing. */
const PIECE = 512

function digestLines(lines: readonly Line[]): Digest {
  const hash = createHash('sha256')
  for (let from = 0; from < lines.length; from += PIECE) {
    let piece = ''
    for (const [path, what] of lines.slice(from, from + PIECE)) piece += `${JSON.stringify(path)} ${what}\n`
    hash.update(piece)
  }
  return finishDigest(hash)
}

function contentLines(sorted: readonly ContentEntry[]): Line[] {
  const firstOf = new Map<string, string>()
  return sorted.map(entry => {
    const first = entry.linkSet === undefined ? undefined : firstOf.get(entry.linkSet)
    if (entry.linkSet !== undefined && first === undefined) firstOf.set(entry.linkSet, entry.path)
    return [entry.path, first === undefined ? describe(entry) : `link ${JSON.stringify(first)}`]
  })
}

/** Named parts, so that two descriptions can be told apart part by part: `file mode=644 uid=0 gid=0 sha256:...`. */
function describe(entry: ContentEntry): string {
  const parts: string[] = [entry.type]
  if (entry.mode !== undefined) parts.push(`mode=${entry.mode.toString(8)}`)
  if (entry.uid !== undefined) parts.push(`uid=${entry.uid}`)
  if (entry.gid !== undefined) parts.push(`gid=${entry.gid}`)
  if (entry.device !== undefined) parts.push(`device=${entry.device[0]},${entry.device[1]}`)
  if (entry.target !== undefined) parts.push(`target=${JSON.stringify(entry.target)}`)
  for (const [name, value] of sortedXattrs(entry))
    parts.push(`${JSON.stringify(name)}=${Buffer.from(value).toString('hex')}`)
  if (entry.digest !== undefined) parts.push(entry.digest)
  return parts.join(' ')
}

function sortedXattrs(entry: ContentEntry): [string, Uint8Array][] {
  return entry.xattrs ? [...entry.xattrs].sort(([a], [b]) => compareText(a, b)) : []
}

function folderDigests(lines: readonly Line[]): (readonly [string, Digest])[] {
  const folders = Map.groupBy(lines, ([path]) => path.slice(0, Math.max(0, path.lastIndexOf('/'))))
  const depth = listableDepth([...folders.keys()])
  const grouped = new Map<string, Line[]>()
  for (const [folder, own] of folders) {
    const shown = cutOff(folder, depth)
    const group = grouped.get(shown)
    if (group) for (const line of own) group.push(line)
    else grouped.set(shown, own)
  }
  return [...grouped].map(([folder, own]) => [folder, digestLines(own)])
}

function listableDepth(folders: readonly string[]): number {
  let depth = DEEPEST_FOLDER
  while (depth > 0 && new Set(folders.map(folder => cutOff(folder, depth))).size > MAX_LISTED) depth--
  return depth
}

/** The folder's first `depth` names. */
function cutOff(folder: string, depth: number): string {
  return folder.split('/').slice(0, depth).join('/')
}
