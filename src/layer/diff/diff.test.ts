import { closeSync, linkSync, unlinkSync, utimesSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { makeNode } from '../../host/index.ts'
import { inPieces } from '../../testkit/make-tar.ts'
import { readAll } from '../../testkit/read-all.ts'
import { TempDir } from '../../testkit/temp-dir.ts'
import { readTar } from '../tar/read.ts'
import { type OverlayWriter, openDirectoryWriter, openOverlayWriter } from '../tree/overlay-writer.ts'
import { openStackTree } from '../tree/stack-tree.ts'
import type { NodeMeta, TreeView } from '../tree.ts'
import { allCandidates, pathCandidates, upperCandidates } from './candidates.ts'
import { clampTimes, diffLayer } from './diff.ts'
import { digestLayer, layerTar } from './layer-tar.ts'

const META: NodeMeta = { mode: 0o755, uid: 0, gid: 0, mtime: 1_000_000_000 }

function put(writer: OverlayWriter, path: string, text: string, meta: Partial<NodeMeta> = {}): void {
  const fd = writer.createFile(path)
  writeSync(fd, text)
  closeSync(fd)
  writer.setMeta(path, { ...META, mode: 0o644, ...meta })
}

interface Change {
  readonly upper: string
  readonly lower: TreeView
  readonly writer: OverlayWriter
}

/** /a/one = /a/two (hard links), /a/big, /b/x, /b/y; mtimes of directories are fixed. */
function change(temp: TempDir): Change {
  const lowerDir = temp.dir('lower')
  const below = openDirectoryWriter(lowerDir)
  for (const dir of ['/a', '/b']) below.mkdir(dir, META)
  put(below, '/a/one', 'linked')
  below.link('/a/two', '/a/one')
  put(below, '/a/big', 'x'.repeat(100_000))
  for (const name of ['/b/x', '/b/y']) put(below, name, name)
  for (const dir of ['/a', '/b']) below.setMeta(dir, META)
  const lower = openStackTree([lowerDir])
  const upper = temp.dir('upper')
  return { upper, lower, writer: openOverlayWriter({ upper, lower }) }
}

/** The layer in tar's words, one line an entry. */
async function layerOf({ upper, lower, writer }: Change): Promise<string[]> {
  const entries = await diffLayer({ lower, tree: writer, candidates: upperCandidates(upper, lower) })
  const everywhere = await diffLayer({ lower, tree: writer, candidates: allCandidates(lower, writer) })
  expect(everywhere, 'a function of the two trees, not of the candidates').toEqual(entries)
  const lines: string[] = []
  for await (const { header } of readTar(layerTar(entries, writer))) {
    lines.push(header.type === 'hardlink' ? `${header.name} = ${header.linkname}` : header.name)
  }
  return lines
}

describe.skipIf(process.getuid?.() !== 0)('diffLayer (needs root for owners and whiteouts)', () => {
  it('finds nothing where nothing was done', async () => {
    using temp = new TempDir()
    expect(await layerOf(change(temp))).toEqual([])
  })

  it('leaves out what was touched and is the same', async () => {
    using temp = new TempDir()
    const edit = change(temp)
    edit.writer.setMeta('/a/big', { mode: 0o644 })
    put(edit.writer, '/b/x', '/b/x')
    edit.writer.setMeta('/b', META)
    expect(await layerOf(edit)).toEqual([])
  })

  it.each<[string, Partial<NodeMeta>]>([
    ['mode', { mode: 0o600 }],
    ['owner', { uid: 1 }],
    ['group', { gid: 1 }],
    ['mtime', { mtime: 1_000_000_001 }],
    ['xattrs', { xattrs: new Map([['user.a', Buffer.of(1)]]) }],
  ])('holds an entry that differs in its %s, with its parents', async (_, meta) => {
    using temp = new TempDir()
    const edit = change(temp)
    edit.writer.setMeta('/b/x', meta)
    expect(await layerOf(edit)).toEqual(['b/', 'b/x'])
  })

  it('holds a file that differs in one byte at the same length and time', async () => {
    using temp = new TempDir()
    const edit = change(temp)
    put(edit.writer, '/a/big', `${'x'.repeat(99_999)}y`)
    edit.writer.setMeta('/a', META)
    expect(await layerOf(edit)).toEqual(['a/', 'a/big'])
  })

  it('names what is gone, before what is there, and never marks a directory opaque', async () => {
    using temp = new TempDir()
    const edit = change(temp)
    edit.writer.remove('/b')
    edit.writer.mkdir('/b', META)
    put(edit.writer, '/b/-new', 'new')
    put(edit.writer, '/b/y', 'y again')
    edit.writer.remove('/a')
    expect(await layerOf(edit)).toEqual(['.wh.a', 'b/', 'b/.wh.x', 'b/-new', 'b/y'])
  })

  it('sees lower files behind an opaque directory also in directories made anew below it', async () => {
    using temp = new TempDir()
    const lowerDir = temp.dir('lower')
    const below = openDirectoryWriter(lowerDir)
    for (const dir of ['/d', '/d/e', '/d/e/f']) below.mkdir(dir, META)
    put(below, '/d/e/f/old', 'old')
    const lower = openStackTree([lowerDir])
    const upper = temp.dir('upper')
    const writer = openOverlayWriter({ upper, lower })
    writer.remove('/d')
    for (const dir of ['/d', '/d/e', '/d/e/f']) writer.mkdir(dir, META)
    expect(await layerOf({ upper, lower, writer })).toContain('d/e/f/.wh.old')
  })

  it('orders names by bytes, a directory right before what is in it', async () => {
    using temp = new TempDir()
    const edit = change(temp)
    for (const name of ['c', 'c.d', 'é', '\udcff', '\u{1f600}', 'Z']) put(edit.writer, `/${name}`, '')
    edit.writer.mkdir('/c-dir', META)
    put(edit.writer, '/c-dir/z', '')
    expect(await layerOf(edit)).toEqual(['Z', 'c', 'c-dir/', 'c-dir/z', 'c.d', 'é', '\u{1f600}', '\udcff'])
  })

  it('writes further names of a new file as links to the first in order', async () => {
    using temp = new TempDir()
    const edit = change(temp)
    put(edit.writer, '/z', 'new')
    edit.writer.link('/m', '/z')
    edit.writer.link('/b/n', '/z')
    edit.writer.setMeta('/b', META)
    expect(await layerOf(edit)).toEqual(['b/', 'b/n', 'm = b/n', 'z = b/n'])
  })

  it('holds a lower file that only got a further name, so that the link has its target', async () => {
    using temp = new TempDir()
    const edit = change(temp)
    edit.writer.link('/also', '/b/x')
    edit.writer.setMeta('/b', META)
    expect(await layerOf(edit)).toEqual(['also', 'b/', 'b/x = also'])
  })

  it('shows a link set that a copy-up broke', async () => {
    using temp = new TempDir()
    const edit = change(temp)
    put(edit.writer, '/a/one', 'changed')
    edit.writer.setMeta('/a', META)
    expect(await layerOf(edit)).toEqual(['a/', 'a/one'])
  })

  it('shows both halves of a link set that came apart without any other change', async () => {
    using temp = new TempDir()
    const edit = change(temp)
    edit.writer.setMeta('/a/one', { mode: 0o644 })
    expect(await layerOf(edit)).toEqual(['a/', 'a/one', 'a/two'])
  })

  it('holds the root only for its mode, owner or xattrs', async () => {
    using temp = new TempDir()
    const edit = change(temp)
    edit.writer.setMeta('/', { mtime: 5 })
    expect(await layerOf(edit)).toEqual([])
    edit.writer.setMeta('/', { mode: 0o711 })
    expect(await layerOf(edit)).toEqual(['./'])
  })

  it('leaves sockets out, and names a file as gone that became one', async () => {
    using temp = new TempDir()
    const edit = change(temp)
    makeNode(join(edit.upper, 'sock'), 'socket', 0o700)
    const dir = edit.writer.hostDir('/b')
    makeNode(join(dir, 'x'), 'socket', 0o700)
    edit.writer.setMeta('/b', META)
    expect(await layerOf(edit)).toEqual(['b/', 'b/.wh.x'])
  })

  it('refuses a file whose name means a whiteout', async () => {
    using temp = new TempDir()
    const edit = change(temp)
    put(edit.writer, '/b/.wh.x', '')
    await expect(layerOf(edit)).rejects.toMatchObject({ code: 'LAYER_WHITEOUT_NAME', facts: { path: '/b/.wh.x' } })
  })

  it('compares just the paths that a stat index names', async () => {
    using temp = new TempDir()
    const { lower, writer } = change(temp)
    put(writer, '/b/x', 'new')
    writer.remove('/b/y')
    writer.setMeta('/b', META)
    const entries = await diffLayer({ lower, tree: writer, candidates: pathCandidates(['/b/x', '/b/y']) })
    expect(entries.map(({ kind, path }) => `${kind} ${path}`)).toEqual(['node /b', 'whiteout /b/y', 'node /b/x'])
  })

  it('sets later times to the epoch, in the tree and in the layer', async () => {
    using temp = new TempDir()
    const { lower, upper, writer } = change(temp)
    put(writer, '/b/new', 'n', { mtime: 2_000_000_000 })
    put(writer, '/b/old', 'o', { mtime: 900_000_000 })
    writer.setMeta('/b', META)
    const input = { lower, tree: writer, candidates: upperCandidates(upper, lower) }
    const found = await diffLayer(input)
    const withEpoch = await digestLayer(found, writer, { epoch: 1_500_000_000 })
    const clamped = clampTimes(found, writer, 1_500_000_000)
    expect(writer.lstat('/b/new')?.mtime).toBe(1_500_000_000)
    expect(writer.lstat('/b/old')?.mtime).toBe(900_000_000)
    expect(await digestLayer(clamped, writer)).toEqual(withEpoch)
    expect(await digestLayer(await diffLayer(input), writer)).toEqual(withEpoch)
  })
})

describe('layerTar', () => {
  async function oneFile(temp: TempDir, size: number): Promise<{ file: string; read: () => Promise<Buffer> }> {
    const dir = temp.dir('upper')
    const file = join(dir, 'file')
    writeFileSync(file, Buffer.alloc(size, 'a'))
    const tree = openStackTree([dir])
    const entries = await diffLayer({ lower: undefined, tree, candidates: upperCandidates(dir, undefined) })
    return { file, read: () => readAll(layerTar(entries, tree)) }
  }

  it.each([0, 1, 511, 512, 261_632, 262_143, 262_144, 262_145, 1_000_000])(
    'holds a file of %i bytes whole',
    async size => {
      using temp = new TempDir()
      const { read } = await oneFile(temp, size)
      const tar = await read()
      expect(tar.length % 512).toBe(0)
      for await (const entry of readTar(inPieces(tar))) {
        if (entry.header.name === 'file')
          expect((await readAll(entry.content)).equals(Buffer.alloc(size, 'a'))).toBe(true)
      }
    },
  )

  it.each<[string, (file: string) => void]>([
    ['has grown', file => writeFileSync(file, 'b', { flag: 'a' })],
    ['has shrunk', file => writeFileSync(file, 'b')],
    ['was written again', file => utimesSync(file, 1, 1)],
  ])('stops at a file that %s since it was looked at', async (_, edit) => {
    using temp = new TempDir()
    const { file, read } = await oneFile(temp, 1000)
    edit(file)
    await expect(read()).rejects.toMatchObject({ code: 'LAYER_FILE_CHANGED', facts: { path: '/file' } })
  })

  it('stops at a file that was replaced by a link', async () => {
    using temp = new TempDir()
    const { file, read } = await oneFile(temp, 10)
    writeFileSync(join(temp.path, 'other'), 'b'.repeat(10))
    unlinkSync(file)
    linkSync(join(temp.path, 'other'), file)
    await expect(read()).rejects.toMatchObject({ code: 'LAYER_FILE_CHANGED' })
  })
})
