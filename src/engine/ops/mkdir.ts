import { ensureDir, resolveInRoot } from '../../layer/index.ts'
import type { MkdirOp } from '../../plan/index.ts'
import type { Snapshot } from '../../snapshot/index.ts'
import type { OpContext } from '../environment.ts'
import { ownerOf, workdirOwner } from './owner.ts'
import { changeRoot, opTime } from './write-root.ts'

/** WORKDIR: makes the directory and its parents where they are missing. In an empty root USER has to be a number. */
export async function runMkdir(
  op: MkdirOp,
  root: Snapshot | undefined,
  context: OpContext,
): Promise<Snapshot | undefined> {
  return await changeRoot(root, context, tree => {
    const owner = root ? workdirOwner(tree, op.user) : ownerOf(tree, op.user)
    const path = resolveInRoot(tree, op.path, { followLast: true }).path
    ensureDir(tree, path, { mode: 0o755, uid: owner?.uid ?? 0, gid: owner?.gid ?? 0, mtime: opTime(context) })
  })
}
