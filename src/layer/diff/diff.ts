import { TareError } from '../../base/error.ts'
import { printable } from '../../base/source.ts'
import type { LayerErrorCode } from '../layer-error.ts'
import { ancestorsOf, baseOf } from '../tree/tree-path.ts'
import { sameXattrs } from '../tree/xattrs.ts'
import type { TreeEntry, TreeView, TreeWriter } from '../tree.ts'
import type { Candidates } from './candidates.ts'
import { compareTrees } from './compare-trees.ts'
import type { Found } from './found.ts'
import type { LayerEntry } from './layer-entry.ts'
import { compareLinkSets } from './link-sets.ts'

export interface DiffInput {
  /** The parent's tree; undefined for an empty root. */
  readonly lower: TreeView | undefined
  readonly tree: TreeView
  readonly candidates: Candidates
  readonly signal?: AbortSignal | undefined
}

/** What begins the base name of a whiteout (image-spec layer.md#whiteouts). */
export const WHITEOUT_PREFIX = '.wh.'

/**
 * The canonical entries of the layer that makes `tree` out of `lower`; none when nothing differs. A directory stands
 * before what is in it, in it first the whiteouts, all in byte order of names. What is in it: whatever differs in type,
 * mode, owner, xattrs, whole-second mtime, link target, set of names or bytes, and the directories it lies in; of the
 * root its mode, owner and xattrs alone count. Sockets are in no layer. Throws `LAYER_WHITEOUT_NAME` for a changed file
 * whose name means a whiteout.
 */
export async function diffLayer(input: DiffInput): Promise<LayerEntry[]> {
  const found = compareLinkSets(input, await compareTrees(input))
  const kept = keepChanged(found)
  const entries: LayerEntry[] = []
  const root = input.tree.lstat('/')
  if (root && isRootChanged(input, root)) entries.push({ kind: 'node', path: '/', entry: root })
  const firstNames = new Map<string, string>()
  for (const place of kept) entries.push(layerEntry(place, firstNames))
  return entries
}

/** Sets mtimes later than `epoch` (seconds) to it, in the tree too, and gives the entries as they are then. */
export function clampTimes(entries: readonly LayerEntry[], tree: TreeWriter, epoch: number): LayerEntry[] {
  return entries.map(entry => {
    if (entry.kind === 'whiteout' || entry.entry.mtime <= epoch) return entry
    tree.setMeta(entry.path, { mtime: epoch })
    return { ...entry, entry: { ...entry.entry, mtime: epoch } }
  })
}

/** The places that differ, and the directories they lie in. */
function keepChanged(found: readonly Found[]): Found[] {
  const needed = new Set<string>()
  for (const place of found) {
    if (!place.changed) continue
    for (const dir of ancestorsOf(place.path)) {
      if (needed.has(dir)) break
      needed.add(dir)
    }
  }
  return found.filter(place => place.changed || (place.entry?.type === 'dir' && needed.has(place.path)))
}

function layerEntry({ path, entry }: Found, firstNames: Map<string, string>): LayerEntry {
  if (baseOf(path).startsWith(WHITEOUT_PREFIX)) throw whiteoutName(path)
  if (!entry) return { kind: 'whiteout', path }
  if (entry.type === 'dir' || entry.links < 2) return { kind: 'node', path, entry }
  const target = firstNames.get(entry.inode)
  if (target !== undefined) return { kind: 'hardlink', path, target, entry }
  firstNames.set(entry.inode, path)
  return { kind: 'node', path, entry }
}

function isRootChanged({ lower, tree }: DiffInput, root: TreeEntry): boolean {
  const before = lower?.lstat('/') ?? { mode: 0o755, uid: 0, gid: 0 }
  if (root.mode !== before.mode || root.uid !== before.uid || root.gid !== before.gid) return true
  return !sameXattrs(tree.xattrs('/'), lower?.xattrs('/') ?? new Map())
}

function whiteoutName(path: string): TareError<LayerErrorCode> {
  return new TareError(
    'LAYER_WHITEOUT_NAME',
    `adding ${printable(path)} to a layer: names that begin with .wh. mean removed files there`,
    {
      hint: 'Rename or remove the file before the instruction ends.',
      facts: { path },
    },
  )
}
