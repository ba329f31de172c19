import { closeSync, constants, openSync } from 'node:fs'
import { TareError } from '../base/error.ts'
import { toFsPath } from '../base/text.ts'
import type { RuntimeErrorCode } from './error.ts'

/** What this room needs of a layer's TreeWriter. */
export interface MountPointTree {
  lstat(path: string): { readonly type: string; readonly size: number; readonly mtime: number } | undefined
  readlink(path: string): string
  readdir(path: string): string[]
  hostDir(path: string): string
  mkdir(path: string, meta: { mode: number; uid: number; gid: number; mtime: number }): boolean
  remove(path: string): void
  setMeta(path: string, meta: { mtime?: number; mode?: number; uid?: number; gid?: number }): void
}

export interface MountPoint {
  /** Absolute; symlinks in it are resolved inside the root. */
  readonly path: string
  readonly type: 'file' | 'dir'
}

/** What `prepareMountPoints` did, for `removeStubs`. */
export interface PreparedMountPoints {
  /** Where each given path really lies in the root: the destinations to mount at, in the order given. */
  readonly destinations: readonly string[]
  /** What was made, parents before what they hold. */
  readonly stubs: readonly MountPoint[]
}

/** The mount points of every sandbox: what `docker build` mounts over a root. */
export const STANDARD_MOUNT_POINTS: readonly MountPoint[] = [
  { path: '/proc', type: 'dir' },
  { path: '/dev', type: 'dir' },
  { path: '/sys', type: 'dir' },
  { path: '/etc/resolv.conf', type: 'file' },
  { path: '/etc/hosts', type: 'file' },
]

/** Linux's own limit on symlinks in one path (path_resolution(7)). */
const MAX_SYMLINKS = 40

/**
 * Makes the mount points that the tree lacks, with their parents, and leaves the times of what was there as they were.
 * Throws `SANDBOX_MOUNT_POINT` where something other than a directory is in the way.
 */
export function prepareMountPoints(tree: MountPointTree, points: readonly MountPoint[]): PreparedMountPoints {
  const stubs: MountPoint[] = []
  const destinations = points.map(point => {
    const path = resolveInRoot(tree, point.path)
    makePoint(tree, { ...point, path }, stubs)
    return path
  })
  return { destinations, stubs }
}

/**
 * Takes the untouched stubs away again, so that a run leaves only what it did itself. What the run put into or in
 * place of a stub stays; the times of directories stay as the run left them.
 */
export function removeStubs(tree: MountPointTree, prepared: PreparedMountPoints): void {
  for (const stub of prepared.stubs.toReversed()) {
    if (!isUntouched(tree, stub)) continue
    keepingMtime(tree, parentOf(stub.path), () => tree.remove(stub.path))
  }
}

function isUntouched(tree: MountPointTree, stub: MountPoint): boolean {
  const entry = tree.lstat(stub.path)
  if (entry?.type !== stub.type) return false
  return stub.type === 'dir' ? tree.readdir(stub.path).length === 0 : entry.size === 0
}

/** The place a path names when its symlinks are followed without ever leaving the root; it may not exist. */
export function resolveInRoot(
  tree: { lstat(path: string): { readonly type: string } | undefined; readlink(path: string): string },
  path: string,
): string {
  const pending = path.split('/').filter(Boolean).reverse()
  let at = ''
  let symlinks = 0
  while (pending.length > 0) {
    const name = pending.pop() as string
    if (name === '.') continue
    if (name === '..') {
      at = at.slice(0, Math.max(0, at.lastIndexOf('/')))
      continue
    }
    const next = `${at}/${name}`
    if (tree.lstat(next)?.type !== 'symlink') {
      at = next
      continue
    }
    if (++symlinks > MAX_SYMLINKS) throw cannotMake(path, 'too many levels of symbolic links')
    const target = tree.readlink(next)
    if (target.startsWith('/')) at = ''
    pending.push(...target.split('/').filter(Boolean).reverse())
  }
  return at || '/'
}

function makePoint(tree: MountPointTree, point: MountPoint, stubs: MountPoint[]): void {
  const present = tree.lstat(point.path)
  if (present) {
    if ((present.type === 'dir') === (point.type === 'dir')) return
    throw cannotMake(point.path, point.type === 'dir' ? 'not a directory' : 'is a directory')
  }
  const parent = parentOf(point.path)
  makePoint(tree, { path: parent, type: 'dir' }, stubs)
  keepingMtime(tree, parent, () => makeStub(tree, point))
  stubs.push(point)
}

function makeStub(tree: MountPointTree, point: MountPoint): void {
  if (point.type === 'dir') {
    tree.mkdir(point.path, { mode: 0o755, uid: 0, gid: 0, mtime: 0 })
    return
  }
  const name = point.path.slice(point.path.lastIndexOf('/') + 1)
  const flags = constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY | constants.O_NOFOLLOW
  closeSync(openSync(toFsPath(`${tree.hostDir(parentOf(point.path))}/${name}`), flags, 0o644))
}

function keepingMtime(tree: MountPointTree, directory: string, change: () => void): void {
  const before = tree.lstat(directory)?.mtime
  change()
  if (before !== undefined) tree.setMeta(directory, { mtime: before })
}

function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/')) || '/'
}

function cannotMake(path: string, cause: string): TareError<RuntimeErrorCode> {
  return new TareError<RuntimeErrorCode>('SANDBOX_MOUNT_POINT', `making mount point ${path}: ${cause}`, {
    facts: { path },
  })
}
