import { closeSync, fchmodSync, fchownSync, futimesSync, writeSync } from 'node:fs'
import { encodeText } from '../../base/text.ts'
import { resolveInRoot, type TreeWriter } from '../../layer/index.ts'
import type { WriteOp } from '../../plan/index.ts'
import type { Snapshot } from '../../snapshot/index.ts'
import { joinPath } from '../context-tree.ts'
import { makeParents, type Owner } from '../copy/apply.ts'
import type { OpContext } from '../environment.ts'
import { ownerOf } from './owner.ts'
import { changeRoot, opTime } from './write-root.ts'

/** The inline files of COPY and ADD heredocs. */
export async function runWrite(
  op: WriteOp,
  root: Snapshot | undefined,
  context: OpContext,
): Promise<Snapshot | undefined> {
  const now = opTime(context)
  return await changeRoot(root, context, tree => {
    const owner = ownerOf(tree, op.chown)
    for (const file of op.files) writeFile(tree, op, file, owner, now)
  })
}

function writeFile(
  tree: TreeWriter,
  op: WriteOp,
  file: WriteOp['files'][number],
  owner: Owner | undefined,
  now: number,
): void {
  const path = placeOf(tree, op, file.name, owner, now)
  const fd = tree.createFile(path)
  try {
    const bytes = encodeText(file.content)
    for (let written = 0; written < bytes.length; ) written += writeSync(fd, bytes, written)
    fchownSync(fd, owner?.uid ?? 0, owner?.gid ?? 0)
    fchmodSync(fd, modeOf(op) ?? 0o644)
    futimesSync(fd, now, now)
  } finally {
    closeSync(fd)
  }
}

function modeOf({ chmod }: WriteOp): number | undefined {
  return chmod === undefined ? undefined : Number.parseInt(chmod, 8)
}

function placeOf(tree: TreeWriter, op: WriteOp, name: string, owner: Owner | undefined, now: number): string {
  const wanted =
    op.destination.length > 1 && op.destination.endsWith('/') ? op.destination.slice(0, -1) : op.destination
  const resolved = resolveInRoot(tree, wanted, { followLast: true })
  const isDirectory = op.destination.endsWith('/') || resolved.entry?.type === 'dir'
  const parent = isDirectory ? resolved.path : resolved.path.slice(0, resolved.path.lastIndexOf('/')) || '/'
  makeParents({ writer: tree, owner, mode: modeOf(op), now }, parent)
  return isDirectory ? joinPath(resolved.path, name) : resolved.path
}
