import { parseOctalMode } from '../../base/file-mode.ts'
import { type ContentEntry, type ContentRecord, hashSelection } from '../../cache/index.ts'
import type { CopyOp } from '../../plan/index.ts'
import type { SelectedEntry, SelectedSource } from './select.ts'
import type { SelectedPart } from './selected-part.ts'

/** The content of a selection in the terms the op's result depends on: what a flag overrides does not count. */
export async function contentOf(op: CopyOp, parts: readonly SelectedPart[]): Promise<ContentRecord> {
  return await hashSelection(contentEntries(op, parts))
}

/** Letters change the mode that an entry has; digits replace it. */
export function modesCount({ chmod }: CopyOp): boolean {
  return chmod === undefined || parseOctalMode(chmod) === undefined
}

function* contentEntries(op: CopyOp, parts: readonly SelectedPart[]): Generator<ContentEntry> {
  let index = 0
  for (const part of parts)
    for (const source of part.selected) {
      for (const entry of source.entries) yield contentEntry({ op, part, source, index }, entry)
      index++
    }
}

interface Place {
  readonly op: CopyOp
  readonly part: SelectedPart
  readonly source: SelectedSource
  readonly index: number
}

function contentEntry({ op, part, source, index }: Place, selected: SelectedEntry): ContentEntry {
  const { entry, from, onTheWay } = selected
  const { type } = entry
  const path = source.isDirectory ? `${index}${onTheWay ? '^' : '/'}${selected.path}` : `${index}:${source.name}`
  // Of a directory that is a source only the content is copied.
  if (type === 'dir' && selected.path === '') return { path, type }
  const owned = !part.fromContext && op.chown === undefined
  return {
    path,
    type,
    ...(type !== 'symlink' && (onTheWay || modesCount(op)) ? { mode: entry.mode } : {}),
    ...(owned ? { uid: entry.uid, gid: entry.gid } : {}),
    ...(type === 'symlink' ? { target: part.tree.readlink(from) } : {}),
    ...(type === 'file' ? { digest: part.digests.get(from) } : {}),
    // Hard links are kept within a source.
    ...(type === 'file' && entry.links > 1 ? { linkSet: `${index} ${entry.inode}` } : {}),
    ...(entry.device ? { device: entry.device } : {}),
    xattrs: part.tree.xattrs(from),
  }
}
