import { closeSync, readFileSync } from 'node:fs'
import { decodeText } from '../../base/text.ts'
import { resolveInRoot, type TreeView } from '../../layer/index.ts'
import { lookupUser, type ReadFileInRoot, type UserIds } from '../../runtime/index.ts'

/** Larger account files are not looked at. */
const MAX_BYTES = 8 * 1024 * 1024

/** Reads small text files inside a root, symlinks resolved in it; undefined for what is no regular file there. */
export function rootReader(tree: TreeView): ReadFileInRoot {
  return path => {
    const resolved = resolveInRoot(tree, path, { followLast: true })
    if (resolved.entry?.type !== 'file' || resolved.entry.size > MAX_BYTES) return undefined
    const fd = tree.open(resolved.path)
    try {
      return decodeText(readFileSync(fd))
    } finally {
      closeSync(fd)
    }
  }
}

/** Who USER or --chown means in this root. Throws `SANDBOX_UNKNOWN_USER`. */
export function userIn(tree: TreeView, user: string | undefined): UserIds {
  return lookupUser(rootReader(tree), user)
}
