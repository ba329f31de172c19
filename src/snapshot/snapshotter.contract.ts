import {
  chmodSync,
  closeSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { mount, setXattr, unmount } from '../host/index.ts'
import type { NodeMeta, TreeWriter } from '../layer/index.ts'
import type { Bytes } from '../oci/index.ts'
import { describeTree } from '../testkit/describe-tree.ts'
import { Random } from '../testkit/random.ts'
import { editRandomly, fillRandomly } from '../testkit/random-tree.ts'
import { readAll } from '../testkit/read-all.ts'
import { TempDir } from '../testkit/temp-dir.ts'
import { editDirectory, type TreeEdit } from '../testkit/tree-edits.ts'
import type { RootSource, Snapshot, SnapshotId, Snapshotter, UnpackLayer } from './snapshotter.ts'
import type { SnapshotUpkeep } from './upkeep.ts'

/** One store with a snapshotter on it. */
export interface OpenedSnapshotter extends AsyncDisposable {
  readonly snapshotter: Snapshotter & SnapshotUpkeep
  /** Another one on the same store, as another process would open it. */
  again(): Promise<Snapshotter & SnapshotUpkeep>
  /** Ends the lease that all snapshots so far belong to, as after the death of their process. */
  killOwner(): void
}

const OLD: NodeMeta = { mode: 0o755, uid: 0, gid: 0, mtime: 1_000_000_000 }
const EPOCH = 1_700_000_000

/** What every snapshotter does alike. `open` makes an empty store. */
export function snapshotterContract(open: () => Promise<OpenedSnapshotter>): void {
  let opened: OpenedSnapshotter
  let snapshotter: OpenedSnapshotter['snapshotter']
  beforeEach(async () => {
    opened = await open()
    snapshotter = opened.snapshotter
  })
  afterEach(() => opened[Symbol.asyncDispose]())

  const make = async (parent: SnapshotId | undefined, change: (tree: TreeWriter) => void, epoch?: number) => {
    await using active = await snapshotter.prepare(parent)
    change(active.tree)
    return await active.commit({ epoch })
  }
  /** As a process would, on the mounted root. */
  const run = async (parent: SnapshotId | undefined, change: (root: string) => void, epoch?: number) => {
    await using active = await snapshotter.prepare(parent)
    inRoot(active.root(), change)
    return await active.commit({ epoch })
  }
  const base = async (): Promise<Snapshot> =>
    (await make(undefined, tree => {
      tree.mkdir('/dir', OLD)
      tree.mkdir('/dir/sub', OLD)
      for (const name of ['/file', '/dir/a', '/dir/sub/b']) writeFile(tree, name, `content of ${name}`)
      tree.link('/hard', '/file')
      tree.symlink('/link', 'file', { ...OLD, mode: 0o777 })
      tree.setMeta('/file', { xattrs: new Map([['user.note', Buffer.from('n')]]) })
      for (const dir of ['/dir/sub', '/dir', '/']) tree.setMeta(dir, { mtime: OLD.mtime })
    }))!
  const pathsOf = async (snapshot: Snapshot | undefined): Promise<string[]> =>
    snapshot ? namesInTar(await readAll(snapshotter.layerTar(snapshot.id))) : []

  describe('a layer', () => {
    it.each([1, 2, 3, 4, 5, 6])('is the same however the same edits were made (seed %i)', async seed => {
      const lower = await make(undefined, tree => fillRandomly(tree, new Random(seed), 30), EPOCH)
      let edits: readonly TreeEdit[] = []
      const written = await make(lower?.id, tree => (edits = editRandomly(tree, new Random(seed + 100), 25)), EPOCH)
      const ran = await run(lower?.id, root => editAll(root, edits), EPOCH)
      expect(ran?.chainId).toBe(written?.chainId)
    })
    it.each([1, 2, 3])('unpacked elsewhere gives the same tree (seed %i)', async seed => {
      const lower = await make(undefined, tree => fillRandomly(tree, new Random(seed), 40), EPOCH)
      const upper = await make(lower?.id, tree => void editRandomly(tree, new Random(seed + 50), 30), EPOCH)
      const stack = [lower, upper].filter(snapshot => snapshot !== undefined)
      await using elsewhere = await open()
      const top = await elsewhere.snapshotter.unpack(stack.map(layerOf))
      expect(top?.chainId).toBe(stack.at(-1)?.chainId)
      expect(describeTree(elsewhere.snapshotter.view(top?.id))).toEqual(
        describeTree(snapshotter.view(stack.at(-1)?.id)),
      )
    })
    it('is none when nothing changed, whatever was touched', async () => {
      const { id } = await base()
      expect(await make(id, () => undefined)).toBeUndefined()
      const touched = await run(id, root => {
        chmodSync(`${root}/dir`, 0o755)
        closeSync(openSync(`${root}/dir/sub/b`, 'r+'))
        writeFileSync(`${root}/dir/a`, 'content of /dir/a')
        utimesSync(`${root}/dir/a`, OLD.mtime, OLD.mtime)
        writeFileSync(`${root}/tmp`, '')
        rmSync(`${root}/tmp`)
        utimesSync(root, OLD.mtime, OLD.mtime)
      })
      expect(touched).toBeUndefined()
      expect(snapshotter.usage().snapshots).toBe(1)
    })
    it.each<[string, (root: string) => void, string[]]>([
      ['an mtime alone', root => utimesSync(`${root}/dir/a`, 5, 5), ['dir/', 'dir/a']],
      ['a mode alone', root => chmodSync(`${root}/dir/sub`, 0o700), ['dir/', 'dir/sub/']],
      ['an xattr alone', root => setXattr(`${root}/dir/a`, 'user.x', Buffer.from('1')), ['dir/', 'dir/a']],
      [
        'a renamed lower directory',
        root => moveDirectory(`${root}/dir/sub`, `${root}/dir/new`),
        ['dir/', 'dir/.wh.sub', 'dir/new/', 'dir/new/b'],
      ],
      ['a deleted and remade file', root => remake(`${root}/dir/a`), ['dir/', 'dir/a']],
      ['a deleted and remade directory', root => emptyAgain(`${root}/dir/sub`), ['dir/', 'dir/sub/', 'dir/sub/.wh.b']],
      [
        'a new hard link to a lower file',
        root => linkSync(`${root}/dir/a`, `${root}/dir/z`),
        ['dir/', 'dir/a', 'dir/z'],
      ],
      ['a deleted directory', root => rmSync(`${root}/dir`, { recursive: true }), ['.wh.dir']],
    ])('holds %s, its parents and no more', async (_, change, paths) => {
      const { id } = await base()
      expect(await pathsOf(await run(id, change))).toEqual(paths)
    })
    it('has no time later than the epoch, on the disk neither', async () => {
      const snapshot = await make(undefined, tree => writeFile(tree, '/new', 'x', EPOCH + 99), EPOCH)
      expect(snapshotter.view(snapshot?.id).lstat('/new')?.mtime).toBe(EPOCH)
      expect(await pathsOf(snapshot)).toEqual(['new'])
    })
    it('made again is refused when its files have changed', async () => {
      const { id } = await base()
      const root = snapshotter.readOnlyRoot(id)
      const path = root.kind === 'overlay' ? root.lower[0] : root.path
      writeFileSync(`${path}/dir/a`, 'something else')
      await expect(readAll(snapshotter.layerTar(id))).rejects.toMatchObject({ code: 'SNAPSHOT_CHANGED' })
      expect((await snapshotter.check({ deep: true })).map(({ kind }) => kind)).toEqual(['changed'])
      expect(await snapshotter.check()).toEqual([])
    })
  })

  describe('an active snapshot', () => {
    it('leaves nothing when it is abandoned, and ends once', async () => {
      const active = await snapshotter.prepare(undefined)
      writeFile(active.tree, '/x', 'x')
      await active.abandon()
      await active.abandon()
      expect(snapshotter.usage()).toMatchObject({ snapshots: 0, diskBytes: 0 })
      expect(() => active.tree).toThrow(expect.objectContaining({ code: 'SNAPSHOT_ENDED' }))
    })
    it('is not taken away by abandon after commit', async () => {
      const active = await snapshotter.prepare(undefined)
      writeFile(active.tree, '/x', 'x')
      const snapshot = await active.commit()
      await active.abandon()
      expect(snapshotter.get(snapshot!.id)).toEqual(snapshot)
    })
    it('with the same outcome as another becomes that one', async () => {
      const first = await make(undefined, tree => writeFile(tree, '/x', 'x'), 5)
      const second = await make(undefined, tree => writeFile(tree, '/x', 'x'), 5)
      expect(second).toEqual(first)
      expect(snapshotter.usage().snapshots).toBe(1)
    })
    it('sees what a run did to it', async () => {
      const { id } = await base()
      await using active = await snapshotter.prepare(id)
      expect(active.tree.readdir('/dir')).toEqual(['a', 'sub'])
      inRoot(active.root(), root => rmSync(`${root}/dir/sub`, { recursive: true }))
      expect(active.tree.readdir('/dir')).toEqual(['a'])
    })
    it('starts with the root of its parent', async () => {
      const parent = await make(undefined, tree => tree.setMeta('/', { mode: 0o711, uid: 7 }))
      await using active = await snapshotter.prepare(parent?.id)
      expect(active.tree.lstat('/')).toMatchObject({ mode: 0o711, uid: 7 })
    })
    it('of an unknown parent is an error', async () => {
      await expect(snapshotter.prepare(4711)).rejects.toMatchObject({ code: 'SNAPSHOT_NOT_FOUND' })
    })
    it('can be one of many that end at once', async () => {
      const { id } = await base()
      const made = await Promise.all(
        Array.from({ length: 8 }, (_, i) => make(id, tree => writeFile(tree, '/n', `${i % 4}`))),
      )
      expect(new Set(made.map(snapshot => snapshot?.id)).size).toBe(4)
      expect(snapshotter.usage().snapshots).toBe(5)
      expect(await snapshotter.check({ deep: true })).toEqual([])
    })
  })

  describe('unpacking', () => {
    const stack = async (): Promise<UnpackLayer[]> => {
      const lower = await base()
      const upper = (await run(lower.id, root => emptyAgain(`${root}/dir/sub`)))!
      const layers = [layerOf(lower), layerOf(upper)]
      const tars = await Promise.all(layers.map(layer => readAll(layer.open())))
      return layers.map(({ diffId }, i) => ({ diffId, open: () => chunks(tars[i]!) }))
    }
    it('takes what is there as it is', async () => {
      const layers = await stack()
      await using elsewhere = await open()
      await elsewhere.snapshotter.unpack(layers.slice(0, 1))
      const opened: number[] = []
      const watched = layers.map((layer, i) => ({ ...layer, open: () => watch(opened, i, layer) }))
      const top = await elsewhere.snapshotter.unpack(watched)
      expect(opened).toEqual([1])
      expect(await elsewhere.snapshotter.unpack(watched)).toEqual(top)
      expect(opened).toEqual([1])
    })
    it('of the same by two processes at once ends in the same snapshots', async () => {
      const layers = await stack()
      await using elsewhere = await open()
      const other = await elsewhere.again()
      const [one, two] = await Promise.all([elsewhere.snapshotter.unpack(layers), other.unpack(layers)])
      expect(one).toEqual(two)
      expect(elsewhere.snapshotter.usage().snapshots).toBe(2)
      expect(await elsewhere.snapshotter.check()).toEqual([])
    })
    it('of a wrong layer commits nothing', async () => {
      const [lower, upper] = await stack()
      await using elsewhere = await open()
      const wrong = [lower!, { diffId: upper!.diffId, open: () => lower!.open() }]
      await expect(elsewhere.snapshotter.unpack(wrong)).rejects.toMatchObject({ code: 'SNAPSHOT_WRONG_LAYER' })
      expect(elsewhere.snapshotter.usage().snapshots).toBe(0)
      expect(await elsewhere.snapshotter.check()).toEqual([])
    })
    it('stops with the reason of its signal', async () => {
      const layers = await stack()
      await using elsewhere = await open()
      const signal = AbortSignal.abort(new Error('enough'))
      await expect(elsewhere.snapshotter.unpack(layers, { signal })).rejects.toThrow('enough')
      expect(elsewhere.snapshotter.usage().snapshots).toBe(0)
    })
    it('of nothing is the empty root', async () => {
      expect(await snapshotter.unpack([])).toBeUndefined()
      expect(snapshotter.view(undefined).readdir('/')).toEqual([])
    })
  })

  describe('upkeep', () => {
    it('removes what nothing holds, leaf by leaf, and keeps the rest', async () => {
      const { id } = await base()
      await make(id, tree => writeFile(tree, '/x', 'x'))
      expect(await snapshotter.removeUnused()).toMatchObject({ snapshots: 0 })
      opened.killOwner()
      expect(snapshotter.usage()).toMatchObject({ snapshots: 2, unusedSnapshots: 2 })
      const again = await opened.again()
      await using active = await again.prepare(id)
      expect((await again.removeUnused()).snapshots).toBe(1)
      await active.abandon()
      expect((await again.removeUnused()).snapshots).toBe(1)
      expect(again.usage()).toEqual({ snapshots: 0, diskBytes: 0, unusedSnapshots: 0, unusedDiskBytes: 0 })
    })
    it('refuses to remove what others stand on', async () => {
      const { id } = await base()
      const child = await make(id, tree => writeFile(tree, '/x', 'x'))
      await expect(snapshotter.remove(id)).rejects.toMatchObject({ code: 'SNAPSHOT_HAS_CHILDREN' })
      await snapshotter.remove(child!.id)
      await snapshotter.remove(id)
      expect(() => snapshotter.get(id)).toThrow(expect.objectContaining({ code: 'SNAPSHOT_NOT_FOUND' }))
      expect(await snapshotter.check()).toEqual([])
    })
    it('reaps what a dead process left, and nothing of a living one', async () => {
      const active = await snapshotter.prepare(undefined)
      writeFile(active.tree, '/x', 'x')
      expect((await snapshotter.reap()).snapshots).toBe(0)
      opened.killOwner()
      const again = await opened.again()
      expect((await again.check()).map(({ kind }) => kind)).toEqual(['dead-lease'])
      expect((await again.reap()).snapshots).toBe(1)
      expect(await again.check()).toEqual([])
    })
  })

  const layerOf = (snapshot: Snapshot): UnpackLayer => ({
    diffId: snapshot.diffId,
    open: signal => snapshotter.layerTar(snapshot.id, signal),
  })
}

/** Gives the merged root as a process in a sandbox would have it. */
function inRoot(root: RootSource, use: (path: string) => void): void {
  if (root.kind === 'directory') {
    use(root.path)
    return
  }
  using temp = new TempDir()
  const target = temp.dir('root')
  const layers = `lowerdir=${root.lower.join(':')},upperdir=${root.upper},workdir=${root.work}`
  mount({ source: 'overlay', target, type: 'overlay', data: `redirect_dir=off,metacopy=off,index=off,${layers}` })
  try {
    use(target)
  } finally {
    unmount(target)
  }
}

function writeFile(tree: TreeWriter, path: string, content: string, mtime = OLD.mtime): void {
  const fd = tree.createFile(path)
  writeSync(fd, content)
  closeSync(fd)
  tree.setMeta(path, { mode: 0o644, uid: 0, gid: 0, mtime })
}

/** As mv does where rename of a lower directory is refused (EXDEV): copy, then delete. */
function moveDirectory(from: string, to: string): void {
  const { mtimeMs } = lstatSync(dirname(from))
  mkdirSync(to)
  renameSync(`${from}/b`, `${to}/b`)
  rmSync(from, { recursive: true })
  utimesSync(dirname(from), mtimeMs / 1000, mtimeMs / 1000)
}

function editAll(root: string, edits: readonly TreeEdit[]): void {
  for (const edit of edits) editDirectory(root, edit)
}

/** Opens the layer and notes that it was asked for. */
function watch(opened: number[], index: number, layer: UnpackLayer): Bytes {
  opened.push(index)
  return layer.open()
}

function remake(path: string): void {
  rmSync(path)
  writeFileSync(path, 'other')
}

function emptyAgain(path: string): void {
  rmSync(path, { recursive: true })
  mkdirSync(path)
}

async function* chunks(bytes: Buffer): Bytes {
  for (let at = 0; at < bytes.length; at += 1000) yield bytes.subarray(at, at + 1000)
}

/** Names in a plain ustar archive. */
function namesInTar(tar: Buffer): string[] {
  const names: string[] = []
  for (let at = 0; tar[at]; ) {
    const name = tar.toString('latin1', at, at + 100).replace(/\0.*$/s, '')
    if (tar[at + 156] !== 0x78) names.push(name)
    const size = Number.parseInt(tar.toString('latin1', at + 124, at + 135), 8)
    at += 512 + Math.ceil(size / 512) * 512
  }
  return names
}
