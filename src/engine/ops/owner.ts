import { TareError } from '../../base/error.ts'
import type { TreeView } from '../../layer/index.ts'
import type { Owner } from '../copy/apply.ts'
import { userIn } from './root-files.ts'

/** `--chown`. With one part the group is the user's number, as Docker has it. Throws `SANDBOX_UNKNOWN_USER`. */
export function ownerOf(tree: TreeView, chown: string | undefined): Owner | undefined {
  if (chown === undefined) return undefined
  const { uid, gid } = userIn(tree, chown)
  return { uid, gid: /^\d+$/.test(chown) && gid === 0 ? uid : gid }
}

/**
 * Whose the directories of WORKDIR are. As in BuildKit a USER that the root does not know counts as root here, a group that it
 * does not know as the user's own: an image may name users that only the machine it runs on has.
 */
export function workdirOwner(tree: TreeView, user: string | undefined): Owner {
  const [name, group] = (user ?? '0').split(/:(.*)/, 2)
  const owner = knownOwner(tree, name) ?? { uid: 0, gid: 0 }
  return group ? { ...owner, gid: knownOwner(tree, `0:${group}`)?.gid ?? owner.gid } : owner
}

function knownOwner(tree: TreeView, chown: string | undefined): Owner | undefined {
  try {
    return ownerOf(tree, chown)
  } catch (error) {
    if (error instanceof TareError && error.code === 'SANDBOX_UNKNOWN_USER') return undefined
    throw error
  }
}
