import { parseModeChange, parseOctalMode } from '../../base/file-mode.ts'
import { encodeText } from '../../base/text.ts'
import { ensureDir, extractArchive, openArchive, resolveInRoot, type TreeWriter } from '../../layer/index.ts'
import type { CopyOp, InlinePart } from '../../plan/index.ts'
import type { Snapshot } from '../../snapshot/index.ts'
import { applySelection, type CopyTarget, placeOf } from '../copy/apply.ts'
import { assertUnchanged } from '../copy/digest-files.ts'
import { FileBytes } from '../copy/file-bytes.ts'
import type { SelectedSource } from '../copy/select.ts'
import type { SelectedPart } from '../copy/selected-part.ts'
import type { Selection } from '../copy/selection.ts'
import type { OpContext } from '../environment.ts'
import { engineError } from '../errors.ts'
import { ownerOf } from './owner.ts'
import { changeRoot, opTime } from './write-root.ts'

const INLINE_MODE = 0o644

/** COPY and ADD: files, archives unpacked, and inline files. */
export async function runCopy(
  op: CopyOp,
  root: Snapshot | undefined,
  selection: Selection,
  context: OpContext,
): Promise<Snapshot | undefined> {
  return await changeRoot(root, context, async tree => {
    const target = targetOf(op, tree, context)
    const selected = selection.parts.values()
    for (const part of op.parts) {
      if (part.kind === 'inline') writeInline(part, target)
      else await copyPart(selected.next().value as SelectedPart, target, op, context)
    }
  })
}

function targetOf(op: CopyOp, tree: TreeWriter, context: OpContext): CopyTarget {
  const octal = op.chmod === undefined ? undefined : parseOctalMode(op.chmod)
  return {
    writer: tree,
    destination: op.destination,
    owner: ownerOf(tree, op.chown),
    mode: op.chmod === undefined ? undefined : parseModeChange(op.chmod),
    parentMode: octal === undefined ? 0o755 : octal & 0o777,
    now: opTime(context),
  }
}

async function copyPart(part: SelectedPart, target: CopyTarget, op: CopyOp, context: OpContext): Promise<void> {
  const owner = target.owner ?? (part.fromContext ? { uid: 0, gid: 0 } : undefined)
  for (const source of part.selected) {
    if (part.unpackArchives && (await unpack(source, part, { ...target, owner }, op, context))) continue
    await applySelection(part.tree, [source], part.digests, { ...target, owner }, context.signal)
  }
}

/** True when the source is an archive and has been unpacked into the destination. */
async function unpack(
  source: SelectedSource,
  part: SelectedPart,
  target: CopyTarget,
  op: CopyOp,
  context: OpContext,
): Promise<boolean> {
  const file = source.entries[0]
  if (source.isDirectory || file?.entry.type !== 'file') return false
  const fd = part.tree.open(file.from)
  using bytes = new FileBytes(fd)
  const archive = await openArchive(bytes, { filter: context.environment.filter, signal: context.signal })
  if (!archive) return false
  const { writer } = target
  const wanted = target.destination.replace(/(.)\/+$/, '$1')
  const { path } = resolveInRoot(writer, wanted, { followLast: true })
  const owner = op.chown === undefined ? undefined : target.owner
  ensureDir(writer, path, { mode: 0o755, uid: target.owner?.uid ?? 0, gid: target.owner?.gid ?? 0, mtime: target.now })
  await extractArchive(archive.tar, writer, path, { owner, mtime: target.now, signal: context.signal })
  assertUnchanged(part.tree, file.from, fd)
  return true
}

function writeInline({ name, content }: InlinePart, target: CopyTarget): void {
  const { writer, owner, mode, now } = target
  const path = placeOf({ isDirectory: false, name }, target)
  if (writer.lstat(path)?.type === 'dir')
    throw engineError('ENGINE_BAD_DESTINATION', `copying <<${name} to ${path}: cannot replace a directory with a file`)
  const meta = {
    mode: mode?.(INLINE_MODE, false) ?? INLINE_MODE,
    uid: owner?.uid ?? 0,
    gid: owner?.gid ?? 0,
    mtime: now,
  }
  writer.writeFile(path, encodeText(content), meta)
}
