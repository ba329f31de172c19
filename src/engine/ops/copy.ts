import {
  ensureDir,
  extractArchive,
  openArchive,
  resolveInRoot,
  type TreeView,
  type TreeWriter,
} from '../../layer/index.ts'
import type { CopyOp } from '../../plan/index.ts'
import type { Snapshot } from '../../snapshot/index.ts'
import { applySelection, type CopyTarget } from '../copy/apply.ts'
import { assertUnchanged } from '../copy/digest-files.ts'
import { FileBytes } from '../copy/file-bytes.ts'
import type { SelectedSource } from '../copy/select.ts'
import type { Selection } from '../copy/selection.ts'
import type { OpContext } from '../environment.ts'
import { ownerOf } from './owner.ts'
import { changeRoot, opTime } from './write-root.ts'

/** COPY, and ADD with local archives unpacked. */
export async function runCopy(
  op: CopyOp,
  root: Snapshot | undefined,
  { tree: from, sources, digests }: Selection,
  context: OpContext,
): Promise<Snapshot | undefined> {
  return await changeRoot(root, context, async tree => {
    const target: CopyTarget = {
      writer: tree,
      destination: op.destination,
      owner: ownerOf(tree, op.chown) ?? (op.fromContext ? { uid: 0, gid: 0 } : undefined),
      mode: op.chmod === undefined ? undefined : Number.parseInt(op.chmod, 8),
      now: opTime(context),
    }
    for (const source of sources) {
      if (op.unpackArchives && (await unpack(source, from, tree, target, op, context))) continue
      await applySelection(from, [source], digests, target, context.signal)
    }
  })
}

/** True when the source is an archive and has been unpacked into the destination. */
async function unpack(
  source: SelectedSource,
  from: TreeView,
  tree: TreeWriter,
  target: CopyTarget,
  op: CopyOp,
  context: OpContext,
): Promise<boolean> {
  const file = source.entries[0]
  if (source.isDirectory || file?.entry.type !== 'file') return false
  const fd = from.open(file.from)
  using bytes = new FileBytes(fd)
  const archive = await openArchive(bytes, { filter: context.environment.filter, signal: context.signal })
  if (!archive) return false
  const wanted = target.destination.replace(/(.)\/+$/, '$1')
  const { path } = resolveInRoot(tree, wanted, { followLast: true })
  const owner = op.chown === undefined ? undefined : target.owner
  ensureDir(tree, path, { mode: 0o755, uid: target.owner?.uid ?? 0, gid: target.owner?.gid ?? 0, mtime: target.now })
  await extractArchive(archive.tar, tree, path, { owner, mtime: target.now, signal: context.signal })
  assertUnchanged(from, file.from, fd)
  return true
}
