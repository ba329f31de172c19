import { compareText } from '../../base/text.ts'
import { Pace } from '../pace.ts'
import { joinPath } from '../tree/tree-path.ts'
import type { TreeEntry, TreeView } from '../tree.ts'
import type { Candidates } from './candidates.ts'
import type { Found } from './found.ts'
import { isSameEntry } from './same-entry.ts'

export interface Comparison {
  readonly lower: TreeView | undefined
  readonly tree: TreeView
  readonly candidates: Candidates
  readonly signal?: AbortSignal | undefined
}

/** Compares two trees wherever they may differ; gives all places looked at, in canonical order, without the root. */
export async function compareTrees(input: Comparison): Promise<Found[]> {
  const found: Found[] = []
  const pace = new Pace(input.signal)
  const stack = [placesIn(input, '/', input.lower !== undefined)]
  while (stack.length > 0) {
    const place = stack.at(-1)?.next().value
    if (!place) {
      stack.pop()
      continue
    }
    found.push(place)
    if (place.entry?.type === 'dir') stack.push(placesIn(input, place.path, place.lower?.type === 'dir'))
    if (pace.due()) await pace.rest()
  }
  return found
}

/** The places in one directory: whiteouts first, then what is there. Sockets are in no layer, so they count as absent. */
function* placesIn(input: Comparison, dir: string, inLower: boolean): Generator<Found, undefined> {
  if (!inLower) {
    for (const name of input.tree.readdir(dir)) {
      const place = lookAt(input, joinPath(dir, name), false)
      if (place) yield place
    }
    return
  }
  const names = [...input.candidates.names(dir)].sort(compareText)
  const places = names.map(name => lookAt(input, joinPath(dir, name), true)).filter(place => place !== undefined)
  yield* places.filter(place => !place.entry)
  for (const place of places) {
    if (!place.entry) continue
    place.changed = isChanged(input, place.path, place.entry, place.lower)
    yield place
  }
}

/** A place with nothing in both trees is none. Changed until compared. */
export function lookAt(input: Pick<Comparison, 'lower' | 'tree'>, path: string, inLower: boolean): Found | undefined {
  const entry = unlessSocket(input.tree.lstat(path))
  const lower = inLower ? unlessSocket(input.lower?.lstat(path)) : undefined
  return entry || lower ? { path, entry, lower, changed: true } : undefined
}

function unlessSocket(entry: TreeEntry | undefined): TreeEntry | undefined {
  return entry?.type === 'socket' ? undefined : entry
}

export function isChanged(
  input: Pick<Comparison, 'lower' | 'tree'>,
  path: string,
  entry: TreeEntry,
  lower: TreeEntry | undefined,
): boolean {
  if (!lower || !input.lower) return true
  return !isSameEntry({ tree: input.lower, path, entry: lower }, { tree: input.tree, path, entry })
}
