import { createHash } from 'node:crypto'
import { lstatSync, readdirSync, readFileSync, readlinkSync, type Stats } from 'node:fs'
import { join } from 'node:path'

/** An entry of a directory as lstat and its bytes tell, one short line of facts. */
export type Listing = Readonly<Record<string, string>>

/** Times this late are of the making, not of the case. */
const MADE = Date.UTC(2020, 0, 1)

/**
 * All below a directory by path: type, mode, owner, mtime where it is old, and what is in it; files of one inode name the
 * first of them.
 */
export function listDirectory(folder: string): Listing {
  const listing: Record<string, string> = {}
  const first = new Map<number, string>()
  const visit = (path: string): void => {
    for (const name of readdirSync(join(folder, path)).sort()) {
      const child = join(path, name)
      const stats = lstatSync(join(folder, child))
      const linked = stats.nlink > 1 && !stats.isDirectory() ? first.get(stats.ino) : undefined
      if (linked === undefined) first.set(stats.ino, child)
      const facts = [
        (stats.mode & 0o7777).toString(8).padStart(4, '0'),
        `${stats.uid}:${stats.gid}`,
        stats.mtimeMs < MADE ? new Date(stats.mtimeMs).toISOString() : 'made',
        linked === undefined ? contentOf(join(folder, child), stats) : `same as ${linked}`,
      ]
      listing[child] = facts.join(' ')
      if (stats.isDirectory()) visit(child)
    }
  }
  visit('')
  return listing
}

function contentOf(path: string, stats: Stats): string {
  if (stats.isDirectory()) return 'directory'
  if (stats.isSymbolicLink()) return `-> ${readlinkSync(path)}`
  if (stats.isFIFO()) return 'fifo'
  if (!stats.isFile()) return `device ${stats.rdev}`
  return `file ${createHash('sha256').update(readFileSync(path)).digest('hex').slice(0, 16)} ${stats.size}`
}
