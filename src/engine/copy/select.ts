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
}

/** What one source of COPY or ADD, or one match of its wildcard, came to. */
export interface SelectedSource {
  /** What a file is called when the destination is a directory. */
  readonly name: string
  /** A directory's entries land in the destination itself, a file under its name or as the destination. */
  readonly isDirectory: boolean
  readonly entries: readonly SelectedEntry[]
}

/** Called for a source without a match; throws, or returns to let it pass. */
export type OnMissing = (source: CopySource) => void

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
    const matches = source.wildcard ? expandPattern(tree, source.pattern) : [`/${source.pattern}`]
    const found = matches.map(path => resolveSource(tree, path)).filter(match => match !== undefined)
    if (found.length === 0) onMissing(source)
    for (const match of found) {
      selected.push(await selectOne(tree, match, exclude, pace))
    }
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

async function selectOne(
  tree: TreeView,
  match: Match,
  exclude: IgnoreMatcher | undefined,
  pace: Pace,
): Promise<SelectedSource> {
  const { name, path, entry } = match
  // As in BuildKit, --exclude looks into directories: a file that is a source itself is wanted.
  if (entry.type !== 'dir') return { name, isDirectory: false, entries: [{ path: '', from: path, entry }] }
  const entries: SelectedEntry[] = [{ path: '', from: path, entry }]
  await walk(tree, { path: '', from: path }, exclude, exclude?.root, entries, pace)
  return { name, isDirectory: true, entries }
}

/** Depth first, names in byte order, a directory before what it holds. */
async function walk(
  tree: TreeView,
  directory: { readonly path: string; readonly from: string },
  exclude: IgnoreMatcher | undefined,
  state: IgnoreState | undefined,
  entries: SelectedEntry[],
  pace: Pace,
): Promise<void> {
  for (const name of tree.readdir(directory.from)) {
    const from = joinPath(directory.from, name)
    const entry = tree.lstat(from)
    // Sockets of a stage are in no layer either.
    if (!entry || (entry.type === 'socket' && !(tree instanceof ContextTree))) continue
    const path = directory.path === '' ? name : `${directory.path}/${name}`
    const verdict = state && exclude?.matchChild(path, state)
    if (verdict?.ignored && !(entry.type === 'dir' && exclude?.mayHoldExceptions(path))) continue
    entries.push({ path, from, entry })
    if (entry.type === 'dir') await walk(tree, { path, from }, exclude, verdict, entries, pace)
    if (pace.due) await pace.breathe()
  }
}

/** Paths that match, in byte order. A `*` does not cross a slash, so the pattern is matched one component at a time. */
function expandPattern(tree: TreeView, pattern: string): string[] {
  let paths = ['/']
  for (const part of pattern.split('/')) {
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
