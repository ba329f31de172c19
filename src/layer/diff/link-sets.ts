import { ancestorsOf, joinPath } from '../tree/tree-path.ts'
import type { TreeView } from '../tree.ts'
import { type Comparison, isChanged, lookAt } from './compare-trees.ts'
import { compareFound, type Found } from './found.ts'

/**
 * Marks files that differ only in which names they have. Names that were linked below count only while they are still
 * there and otherwise the same, so that the answer is a function of the two trees, whatever the candidates were. Looks
 * through the whole lower tree, but only when such a file is at hand. Returns all places, in canonical order.
 */
export function compareLinkSets(input: Comparison, found: Found[]): Found[] {
  const undecided = found.filter(mayDifferInLinks)
  if (undecided.length === 0 || !input.lower) return found
  const places = new Map(found.map(place => [place.path, place]))
  const lowerSets = linkSetsOf(input.lower)
  for (const place of undecided) {
    for (const path of lowerSets.get(place.path) ?? []) undecided.push(...addPlace(input, path, places))
  }
  const same = new Set([...places.values()].filter(place => !place.changed).map(place => place.path))
  const treeSets = namesByInode(places.values())
  for (const place of undecided) {
    const now = treeSets.get(place.entry?.inode ?? '') ?? [place.path]
    const before = (lowerSets.get(place.path) ?? [place.path]).filter(path => same.has(path))
    place.changed = now.length !== before.length || before.some(path => !now.includes(path))
  }
  return places.size === found.length ? found : [...places.values()].sort(compareFound)
}

function mayDifferInLinks(place: Found): boolean {
  return (
    !place.changed && place.entry?.type !== 'dir' && ((place.entry?.links ?? 0) > 1 || (place.lower?.links ?? 0) > 1)
  )
}

/** Takes in a name that was no candidate, with the directories it lies in. Returns it if its links are to be compared too. */
function addPlace(input: Comparison, path: string, places: Map<string, Found>): Found[] {
  const added: Found[] = []
  for (const at of [path, ...ancestorsOf(path)]) {
    if (at === '/' || places.has(at)) continue
    const place = lookAt(input, at, true)
    if (!place?.entry) continue
    place.changed = isChanged(input, at, place.entry, place.lower)
    places.set(at, place)
    if (mayDifferInLinks(place)) added.push(place)
  }
  return added
}

function namesByInode(places: Iterable<Found>): Map<string, string[]> {
  const sets = new Map<string, string[]>()
  for (const { entry, path } of places) {
    if (!entry || entry.type === 'dir' || entry.links < 2) continue
    const names = sets.get(entry.inode)
    if (names) names.push(path)
    else sets.set(entry.inode, [path])
  }
  return sets
}

/** Of every file with more than one name in the tree: each name -> all names. */
function linkSetsOf(tree: TreeView): Map<string, string[]> {
  const byInode = new Map<string, string[]>()
  const sets = new Map<string, string[]>()
  const dirs = ['/']
  for (let dir = dirs.pop(); dir !== undefined; dir = dirs.pop()) {
    for (const name of tree.readdir(dir)) {
      const path = joinPath(dir, name)
      const entry = tree.lstat(path)
      if (entry?.type === 'dir') dirs.push(path)
      else if (entry && entry.links > 1) {
        const names = byInode.get(entry.inode) ?? []
        names.push(path)
        byInode.set(entry.inode, names)
        sets.set(path, names)
      }
    }
  }
  return sets
}
