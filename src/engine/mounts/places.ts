import { compareText } from '../../base/text.ts'
import type { TreeWriter } from '../../layer/index.ts'
import {
  type MountPoint,
  type PreparedMountPoints,
  prepareMountPoints,
  resolveInRoot,
  type Sandbox,
  type SandboxMount,
} from '../../runtime/index.ts'
import { engineError } from '../errors.ts'
import type { MountedTree, MountSource } from './mount-source.ts'

export interface PlacedMounts {
  readonly mounts: readonly SandboxMount[]
  /** What was made in the root for them. */
  readonly points: PreparedMountPoints
}

interface Placed {
  readonly destination: string
  readonly tree: MountedTree | undefined
}

/** The sandbox's own, where it makes what is missing. */
const DEVICES: Placed = {
  destination: '/dev',
  tree: { readOnly: false, lstat: () => undefined, readlink: () => '' },
}

/**
 * Finds where targets lie when symlinks are followed, in the root and in what is mounted by then, and makes those that the
 * root lacks. A directory comes before what is mounted below it; of two mounts at one place the later lies on top.
 */
export function placeMounts(
  root: TreeWriter,
  sources: readonly MountSource[],
  { pinsTargets }: Pick<Sandbox, 'pinsTargets'>,
): PlacedMounts {
  const placed: Placed[] = [DEVICES]
  const stubs: MountPoint[] = []
  const mounts = sources
    .toSorted((a, b) => compareText(a.target, b.target))
    .map(source => {
      const destination = resolveInRoot(compositeTree(root, placed), source.target)
      assertNotTheSandboxes(destination, source)
      const outer = placed.findLast(mount => isBelow(destination, mount.destination))
      if (outer?.tree?.shared && !pinsTargets) throw inSharedCache(outer, source)
      if (outer) assertRoomIn(outer, destination, source)
      else stubs.push(...makePoint(root, destination, source))
      placed.push({ destination, tree: source.tree })
      return source.place(destination, outer ? undefined : root.lstat(destination)?.mode)
    })
  return { mounts, points: { destinations: mounts.map(mount => mount.destination), stubs } }
}

/** The plan refuses such targets; a link can still lead there. */
function assertNotTheSandboxes(destination: string, { target }: MountSource): void {
  if (destination !== '/' && !/^\/(?:(?:proc|sys)(?=\/|$)|dev$)/.test(destination)) return
  throw engineError('ENGINE_BAD_MOUNT', `mounting at ${target}: a link leads to the sandbox's own ${destination}`, {
    facts: { target },
  })
}

function makePoint(root: TreeWriter, destination: string, source: MountSource): readonly MountPoint[] {
  const { stubs } = prepareMountPoints(root, [{ path: destination, type: source.isFile ? 'file' : 'dir' }])
  const made = stubs.some(({ path }) => path === destination)
  if (made && source.pointMode !== undefined) root.setMeta(destination, { mode: source.pointMode })
  return stubs
}

/** Between finding the place and mounting there, another RUN could put a link in its way that leads out of the root. */
function inSharedCache({ destination }: Placed, { target }: MountSource): Error {
  return engineError(
    'ENGINE_BAD_MOUNT',
    `mounting at ${target}: it lies in the shared cache mounted at ${destination}`,
    {
      hint: 'The built-in sandbox cannot mount there safely: install crun or runc, or give the cache sharing=locked.',
      facts: { target },
    },
  )
}

/** The root with everything that is mounted in it so far. */
function compositeTree(root: TreeWriter, placed: readonly Placed[]): Omit<MountedTree, 'readOnly'> {
  const holderOf = (path: string): readonly [Omit<MountedTree, 'readOnly'>, string] => {
    const mount = placed.findLast(({ destination }) => path === destination || isBelow(path, destination))
    return mount?.tree ? [mount.tree, path.slice(mount.destination.length) || '/'] : [root, path]
  }
  return {
    lstat: path => {
      const [tree, inside] = holderOf(path)
      return tree.lstat(inside)
    },
    readlink: path => {
      const [tree, inside] = holderOf(path)
      return tree.readlink(inside)
    },
  }
}

/** What a mount in a mount lacks is made by the sandbox, where it can be. */
function assertRoomIn({ destination: outer, tree }: Placed, destination: string, source: MountSource): void {
  const inside = destination.slice(outer.length)
  const present = tree?.lstat(inside)
  if (present ? (present.type === 'dir') !== source.isFile : tree?.readOnly === false) return
  const cause = present ? (source.isFile ? 'is a directory' : 'not a directory') : 'no such file or directory'
  const message = `mounting at ${source.target}: ${inside.slice(1)} in the mount at ${outer}: ${cause}`
  throw engineError('ENGINE_BAD_MOUNT', message, {
    hint: present
      ? undefined
      : `The mount at ${outer} is read-only: give it rw, or make ${inside.slice(1)} in what it shows.`,
    facts: { target: source.target },
  })
}

function isBelow(path: string, directory: string): boolean {
  return path.startsWith(`${directory}/`)
}
