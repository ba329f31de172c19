import type { TreeView } from '../tree.ts'
import type { Candidates } from './candidates.ts'
import type { LayerEntry } from './layer-entry.ts'

export interface DiffInput {
  /** The parent's tree; undefined for an empty root. */
  readonly lower: TreeView | undefined
  readonly tree: TreeView
  readonly candidates: Candidates
  readonly signal?: AbortSignal | undefined
}

/** The canonical entries of the layer that makes `tree` out of `lower`; none when nothing differs. */
export function diffLayer(_input: DiffInput): Promise<LayerEntry[]> {
  throw new Error('being written')
}
