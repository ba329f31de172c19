import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  diffLayer,
  digestLayer,
  type LayerEntry,
  type NodeMeta,
  type OverlayWriter,
  openOverlayWriter,
  openStackTree,
  upperCandidates,
} from '../index.ts'

const FILE: NodeMeta = { mode: 0o644, uid: 0, gid: 0, mtime: 1_600_000_000 }
const DIR: NodeMeta = { ...FILE, mode: 0o755 }

let root: string
let upper: string
let writer: OverlayWriter

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'tare-recording-'))
  upper = join(root, 'upper')
  mkdirSync(join(root, 'lower/usr/src'), { recursive: true })
  mkdirSync(upper)
  writer = openOverlayWriter({ upper, lower: openStackTree([join(root, 'lower')]) })
})

afterEach(() => rmSync(root, { recursive: true, force: true }))

async function entriesNow(): Promise<LayerEntry[]> {
  const lower = openStackTree([join(root, 'lower')])
  return await diffLayer({ lower, tree: writer, candidates: upperCandidates(upper, lower) })
}

/** A small tree below an old directory, in canonical order, with a file above a chunk in length. */
function writeTree(): void {
  writer.mkdir('/usr/src/app', DIR)
  writer.writeFile('/usr/src/app/a', Buffer.from('alpha'), FILE)
  writer.writeFile('/usr/src/app/big', Buffer.alloc(300_001, 'b'), FILE)
  writer.mkdir('/usr/src/app/c', DIR)
  writer.writeFile('/usr/src/app/c/empty', Buffer.alloc(0), { ...FILE, mode: 0o4755 })
  writer.setMeta('/usr/src/app/c', { mtime: DIR.mtime })
  writer.setMeta('/usr/src/app', { mtime: DIR.mtime })
}

describe('a layer recorded while it is written', () => {
  it('is the layer that reading its files gives', async () => {
    writeTree()
    const entries = await entriesNow()
    const recorded = await writer.recording.summaryOf(entries, writer)
    expect(recorded).toBeDefined()
    expect(recorded).toEqual(await digestLayer(entries, writer))
  })

  const deviations: readonly [string, () => void][] = [
    ['another mode on the disk', () => writer.setMeta('/usr/src/app/a', { mode: 0o600 })],
    ['another mtime of a directory', () => writer.setMeta('/usr/src/app', { mtime: 5 })],
    ['an xattr', () => writer.setMeta('/usr/src/app/a', { xattrs: new Map([['user.a', Buffer.of(1)]]) })],
    ['a file of somebody else', () => writeFileSync(join(upper, 'usr/src/app/z'), '')],
    ['another length', () => writeFileSync(join(upper, 'usr/src/app/a'), 'alphabet')],
    ['a file written in pieces', () => void writer.createFile('/usr/src/app/d')],
    ['a removed file', () => writer.remove('/usr/src/app/a')],
    ['a symlink', () => writer.symlink('/usr/src/app/s', 'a', FILE)],
    ['a hard link', () => writer.link('/usr/src/app/l', '/usr/src/app/a')],
    ['a file written twice', () => writer.writeFile('/usr/src/app/a', Buffer.from('omega'), FILE)],
    ['another process at work in between', () => writer.refresh()],
  ]
  it.each(deviations)('is not believed after %s', async (_, deviate) => {
    writeTree()
    deviate()
    expect(await writer.recording.summaryOf(await entriesNow(), writer)).toBeUndefined()
  })

  it('is not believed when it was written in another order', async () => {
    writer.writeFile('/b', Buffer.from('b'), FILE)
    writer.writeFile('/a', Buffer.from('a'), FILE)
    expect(await writer.recording.summaryOf(await entriesNow(), writer)).toBeUndefined()
  })

  it('is not believed when a file is as it was below', async () => {
    writeFileSync(join(root, 'lower/same'), 'same', { mode: 0o644 })
    utimesSync(join(root, 'lower/same'), FILE.mtime, FILE.mtime)
    writer = openOverlayWriter({ upper, lower: openStackTree([join(root, 'lower')]) })
    writer.writeFile('/other', Buffer.from('other'), FILE)
    writer.writeFile('/same', Buffer.from('same'), FILE)
    expect(await writer.recording.summaryOf(await entriesNow(), writer)).toBeUndefined()
  })
})
