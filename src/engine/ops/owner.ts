import type { TreeView } from '../../layer/index.ts'
import type { Owner } from '../copy/apply.ts'
import { userIn } from './root-files.ts'

/** `--chown` and the owner of what WORKDIR makes. With one part the group is the user's number, as Docker has it. */
export function ownerOf(tree: TreeView, chown: string | undefined): Owner | undefined {
  if (chown === undefined) return undefined
  const { uid, gid } = userIn(tree, chown)
  return { uid, gid: /^\d+$/.test(chown) && gid === 0 ? uid : gid }
}
