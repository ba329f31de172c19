import type { TreeView } from '../../layer/index.ts'
import type { FilesPart } from '../../plan/index.ts'
import type { SelectedSource } from './select.ts'
import type { SelectionDigests } from './selection-digests.ts'

/** What the sources of one part came to. */
export interface SelectedPart extends FilesPart {
  readonly tree: TreeView
  readonly selected: readonly SelectedSource[]
  readonly digests: SelectionDigests
}
