import { type ContentEntry, type ContentRecord, hashSelection } from '../../cache/index.ts'
import type { TreeView } from '../../layer/index.ts'
import type { CopyOp } from '../../plan/index.ts'
import type { SelectedSource } from './select.ts'
import type { SelectionDigests } from './selection-digests.ts'

/** The content of a selection in the terms the op's result depends on: what a flag overrides does not count. */
export async function contentOf(
  tree: TreeView,
  sources: readonly SelectedSource[],
  op: CopyOp,
  digests: SelectionDigests,
): Promise<ContentRecord> {
  return await hashSelection(contentEntries(tree, sources, op, digests))
}

function* contentEntries(
  tree: TreeView,
  sources: readonly SelectedSource[],
  op: CopyOp,
  digests: SelectionDigests,
): Generator<ContentEntry> {
  const owned = !op.fromContext && op.chown === undefined
  for (const [index, source] of sources.entries()) {
    for (const { path, from, entry } of source.entries) {
      yield {
        path: source.isDirectory ? `${index}/${path}` : `${index}:${source.name}`,
        type: entry.type,
        ...(op.chmod === undefined && entry.type !== 'symlink' ? { mode: entry.mode } : {}),
        ...(owned ? { uid: entry.uid, gid: entry.gid } : {}),
        ...(entry.type === 'symlink' ? { target: tree.readlink(from) } : {}),
        ...(entry.type === 'file' ? { digest: digests.get(from) } : {}),
        ...(entry.type === 'file' && entry.links > 1 ? { linkSet: entry.inode } : {}),
        ...(entry.device ? { device: entry.device } : {}),
        xattrs: tree.xattrs(from),
      }
    }
  }
}
