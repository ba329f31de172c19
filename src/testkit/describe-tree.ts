import { createHash } from 'node:crypto'
import { closeSync, readFileSync } from 'node:fs'
import type { TreeEntry, TreeView } from '../layer/index.ts'

export interface DescribeOptions {
  /** Leave mtimes of directories out: they tell when something was done, not what. */
  readonly dirTimes?: boolean | undefined
}

/** A whole tree as one line per path, so that two trees can be compared with toEqual. The root's mtime is no part of it. */
export function describeTree(tree: TreeView, options: DescribeOptions = {}): Record<string, string> {
  const lines: Record<string, string> = {}
  const firstNames = new Map<string, string>()
  const visit = (path: string): void => {
    const entry = tree.lstat(path)
    if (!entry) throw new Error(`listed but not there: ${path}`)
    const first = firstNames.get(entry.inode) ?? path
    if (entry.type !== 'dir') firstNames.set(entry.inode, first)
    const withTime = entry.type === 'dir' ? path !== '/' && options.dirTimes !== false : true
    lines[path] =
      `${describeEntry(tree, path, entry)}${withTime ? ` mtime=${entry.mtime}` : ''}${first === path ? '' : ` = ${first}`}`
    if (entry.type === 'dir')
      for (const name of tree.readdir(path)) visit(path === '/' ? `/${name}` : `${path}/${name}`)
  }
  visit('/')
  return lines
}

function describeEntry(tree: TreeView, path: string, entry: TreeEntry): string {
  const parts: string[] = [
    entry.type,
    entry.type === 'symlink' ? '-' : entry.mode.toString(8),
    `${entry.uid}:${entry.gid}`,
  ]
  if (entry.type === 'file') parts.push(String(entry.size), contentDigest(tree, path))
  if (entry.type === 'symlink') parts.push(`-> ${tree.readlink(path)}`)
  if (entry.device) parts.push(entry.device.join(':'))
  for (const [name, value] of tree.xattrs(path)) parts.push(`${name}=${Buffer.from(value).toString('hex')}`)
  return parts.join(' ')
}

function contentDigest(tree: TreeView, path: string): string {
  const fd = tree.open(path)
  try {
    return createHash('sha256').update(readFileSync(fd)).digest('hex').slice(0, 16)
  } finally {
    closeSync(fd)
  }
}
