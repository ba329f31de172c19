import { Pace } from '../../base/pace.ts'
import { compileIgnore, type IgnoreMatcher, type IgnoreState, matchPattern } from '../../dockerfile/index.ts'
import { resolveInRoot, type TreeEntry, type TreeView } from '../../layer/index.ts'
import type { CopySource } from '../../plan/index.ts'
import { ContextTree, joinPath } from '../context-tree.ts'

/** One thing to be copied. */
export interface SelectedEntry {
  /** Relative to its source; empty for the source itself. */
  readonly path: string
  /** Where it lies in the tree it comes from. */
  readonly from: string
  readonly entry: TreeEntry
  /** A directory that is only there because something in it was selected. */
  readonly onTheWay?: boolean | undefined
}

/** What one source of COPY or ADD, or one match of its wildcard, came to. */
export interface SelectedSource {
  /** What a file is called when the destination is a directory. */
  readonly name: string
  /** A directory's entries land in the destination itself, a file under its name or as the destination. */
  readonly isDirectory: boolean
  readonly entries: readonly SelectedEntry[]
}

/** Called for a source without a match; throws, or returns to let it pass. `start` is the part before a wildcard that is not there. */
export type OnMissing = (source: CopySource, start?: string) => void

/** Finds what the sources name in a tree: wildcards matched, symlinks of the source itself resolved inside the tree. */
export async function selectSources(
  tree: TreeView,
  sources: readonly CopySource[],
  excludes: readonly string[],
  onMissing: OnMissing,
  signal?: AbortSignal,
): Promise<SelectedSource[]> {
  const exclude = excludes.length > 0 ? compileIgnore(excludes, '--exclude') : undefined
  const pace = new Pace(signal)
  const selected: SelectedSource[] = []
  for (const source of sources) {
    const { below } = source
    const matches = source.wildcard ? expandPattern(tree, source, onMissing) : [`/${source.pattern}`]
    const found = matches.map(path => resolveSource(tree, path)).filter(match => match !== undefined)
    if (found.length === 0 || (below?.required !== undefined && !resolveSource(tree, `/${below.required}`)))
      onMissing(source)
    const filter: Filter = { exclude, include: below && new IncludeFilter(below.pattern) }
    for (const match of found) selected.push(await selectOne(tree, match, filter, pace))
  }
  return selected
}

interface Match {
  readonly name: string
  readonly path: string
  readonly entry: TreeEntry
}

function resolveSource(tree: TreeView, path: string): Match | undefined {
  const clean = cleanPath(path)
  const resolved = resolveInRoot(tree, clean, { followLast: true })
  const entry = tree.lstat(resolved.path)
  return entry && { name: clean.slice(clean.lastIndexOf('/') + 1), path: resolved.path, entry }
}

function cleanPath(path: string): string {
  const parts = path.split('/').filter(part => part !== '' && part !== '.')
  return `/${parts.join('/')}`
}

async function selectOne(tree: TreeView, match: Match, filter: Filter, pace: Pace): Promise<SelectedSource> {
  const { name, path, entry } = match
  // As in BuildKit, --exclude looks into directories: a file that is a source itself is wanted.
  if (entry.type !== 'dir') return { name, isDirectory: false, entries: [{ path: '', from: path, entry }] }
  const entries: SelectedEntry[] = [{ path: '', from: path, entry }]
  const states = { exclude: filter.exclude?.root, include: filter.include?.root }
  const walk: Walk = { tree, filter, entries, pace }
  await walkFolder(walk, { path: '', from: path, entry, states, listed: true, parent: undefined })
  return { name, isDirectory: true, entries }
}

interface Filter {
  readonly exclude: IgnoreMatcher | undefined
  readonly include: IncludeFilter | undefined
}

/** What --parents takes: what its pattern matches, and all that is in directories that it matches. */
class IncludeFilter {
  readonly #matcher: IgnoreMatcher
  /** What every path that matches starts with. */
  readonly #start: string

  constructor(pattern: string) {
    this.#matcher = compileIgnore([pattern], '--parents')
    this.#start = /^[^*?[\\]*/.exec(pattern)?.[0] ?? ''
  }

  get root(): IgnoreState {
    return this.#matcher.root
  }

  matchChild(path: string, parent: IgnoreState): IgnoreState {
    return this.#matcher.matchChild(path, parent)
  }

  mayMatchBelow(directory: string): boolean {
    const below = `${directory}/`
    return this.#start.startsWith(below) || below.startsWith(this.#start)
  }
}

interface Walk {
  readonly tree: TreeView
  readonly filter: Filter
  readonly entries: SelectedEntry[]
  readonly pace: Pace
}

interface Folder extends SelectedEntry {
  readonly states: { readonly exclude: IgnoreState | undefined; readonly include: IgnoreState | undefined }
  readonly parent: Folder | undefined
  /** False while nothing in it is selected that would bring it along. */
  listed: boolean
}

/** Depth first, names in byte order, a directory before what it holds. */
async function walkFolder(walk: Walk, folder: Folder): Promise<void> {
  const { tree, filter, entries, pace } = walk
  for (const name of tree.readdir(folder.from)) {
    const from = joinPath(folder.from, name)
    const entry = tree.lstat(from)
    // Sockets of a stage are in no layer either.
    if (!entry || (entry.type === 'socket' && !(tree instanceof ContextTree))) continue
    const path = folder.path === '' ? name : `${folder.path}/${name}`
    const exclude = folder.states.exclude && filter.exclude?.matchChild(path, folder.states.exclude)
    const include = folder.states.include && filter.include?.matchChild(path, folder.states.include)
    const taken = !exclude?.ignored && (include?.ignored ?? true)
    if (taken) listParents(folder, entries)
    if (taken) entries.push({ path, from, entry })
    if (entry.type !== 'dir') continue
    const mayHold =
      (!exclude?.ignored || filter.exclude?.mayHoldExceptions(path)) &&
      ((include?.ignored ?? true) || filter.include?.mayMatchBelow(path))
    if (mayHold)
      await walkFolder(walk, { path, from, entry, states: { exclude, include }, listed: taken, parent: folder })
    if (pace.due) await pace.breathe()
  }
}

function listParents(folder: Folder, entries: SelectedEntry[]): void {
  if (folder.listed) return
  if (folder.parent) listParents(folder.parent, entries)
  entries.push({ path: folder.path, from: folder.from, entry: folder.entry, onTheWay: true })
  folder.listed = true
}

/**
 * Paths that match, in byte order. A `*` does not cross a slash, so the pattern is matched one component at a time; symlinks
 * are followed before the first wildcard, and not among the matches.
 */
function expandPattern(tree: TreeView, source: CopySource, onMissing: OnMissing): string[] {
  const parts = source.pattern.split('/')
  const first = parts.findIndex(hasWildcard)
  const start = parts.slice(0, first).join('/').replace(/\\(.)/gs, '$1')
  const found = resolveSource(tree, `/${start}`)
  if (!found) onMissing(source, start)
  let paths = found ? [found.path] : []
  for (const part of parts.slice(first)) {
    paths = paths.flatMap(directory => {
      if (tree.lstat(directory)?.type !== 'dir') return []
      return tree
        .readdir(directory)
        .filter(name => matchPattern(part, name))
        .map(name => joinPath(directory, name))
    })
  }
  return paths
}

function hasWildcard(part: string): boolean {
  return /[*?[]/.test(part.replace(/\\./gs, ''))
}
