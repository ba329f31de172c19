import { execFileSync } from 'node:child_process'
import {
  existsSync,
  linkSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openDirectoryTree } from '../tree/directory-tree.ts'
import { writeTree } from './write-tree.ts'

let folder: string
let from: string
let to: string
const owner = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 }

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tare-write-tree-'))
  from = join(folder, 'from')
  to = join(folder, 'to')
  mkdirSync(from)
  mkdirSync(to)
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const write = (options = {}) => writeTree(openDirectoryTree(from), to, { owner, ...options })

describe('writeTree', () => {
  it('writes files, directories, links and fifos with their modes and times', async () => {
    mkdirSync(join(from, 'd/e'), { recursive: true })
    writeFileSync(join(from, 'd/f'), 'text', { mode: 0o640 })
    linkSync(join(from, 'd/f'), join(from, 'd/e/hard'))
    symlinkSync('../f', join(from, 'd/e/soft'))
    linkSync(join(from, 'd/e/soft'), join(from, 'd/e/soft2'))
    execFileSync('mkfifo', [join(from, 'd/pipe')])
    lutimesSync(join(from, 'd/e/soft'), 5, 5)
    utimesSync(join(from, 'd/f'), 7, 7)
    utimesSync(join(from, 'd/e'), 8, 8)
    execFileSync('touch', ['-d', '1960-01-01 00:00:00 UTC', join(from, 'old')])
    const written = await write()
    expect(written).toEqual({ entries: 8, bytes: 4, withoutXattrs: 0 })
    expect(readFileSync(join(to, 'd/e/hard'), 'utf8')).toBe('text')
    expect(lstatSync(join(to, 'd/f'))).toMatchObject({ mode: 0o100640, mtimeMs: 7000, nlink: 2 })
    expect(lstatSync(join(to, 'd/e')).mtimeMs).toBe(8000)
    expect(readlinkSync(join(to, 'd/e/soft2'))).toBe('../f')
    expect(lstatSync(join(to, 'd/e/soft'))).toMatchObject({ mtimeMs: 5000, nlink: 2 })
    expect(lstatSync(join(to, 'd/pipe')).isFIFO()).toBe(true)
    expect(lstatSync(join(to, 'old')).mtimeMs).toBe(Date.UTC(1960, 0, 1))
  })

  it('merges into what is there and replaces what is in the way', async () => {
    mkdirSync(join(from, 'd'))
    mkdirSync(join(from, 'was-file'))
    writeFileSync(join(from, 'd/new'), 'new')
    writeFileSync(join(from, 'was-dir'), 'file')
    mkdirSync(join(to, 'd'))
    mkdirSync(join(to, 'was-dir/full'), { recursive: true })
    writeFileSync(join(to, 'd/kept'), 'kept')
    writeFileSync(join(to, 'd/new'), 'old')
    writeFileSync(join(to, 'was-file'), '')
    await write()
    expect(readdirSync(to).sort()).toEqual(['d', 'was-dir', 'was-file'])
    expect(readdirSync(join(to, 'd')).sort()).toEqual(['kept', 'new'])
    expect(readFileSync(join(to, 'd/new'), 'utf8')).toBe('new')
    expect(lstatSync(join(to, 'was-file')).isDirectory()).toBe(true)
    await write()
    expect(readdirSync(join(to, 'd')).sort()).toEqual(['kept', 'new'])
  })

  it('follows no symlink in the directory, for directories, files and hard links alike', async () => {
    const outside = join(folder, 'outside')
    mkdirSync(outside)
    writeFileSync(join(outside, 'file'), 'mine')
    mkdirSync(join(from, 'dir'))
    writeFileSync(join(from, 'dir/file'), 'theirs')
    writeFileSync(join(from, 'link'), 'theirs')
    linkSync(join(from, 'dir/file'), join(from, 'hard'))
    symlinkSync(outside, join(to, 'dir'))
    symlinkSync(join(outside, 'file'), join(to, 'link'))
    symlinkSync(join(outside, 'made'), join(to, 'hard'))
    await write()
    expect(readdirSync(outside)).toEqual(['file'])
    expect(readFileSync(join(outside, 'file'), 'utf8')).toBe('mine')
    expect(lstatSync(join(to, 'dir')).isDirectory()).toBe(true)
    expect(lstatSync(join(to, 'link')).isFile()).toBe(true)
    expect(lstatSync(join(to, 'hard')).nlink).toBe(2)
  })

  it('sets one time on everything when told', async () => {
    mkdirSync(join(from, 'd'))
    writeFileSync(join(from, 'd/f'), '')
    utimesSync(join(from, 'd/f'), 5, 5)
    await write({ mtime: 1000 })
    expect([lstatSync(join(to, 'd')).mtimeMs, lstatSync(join(to, 'd/f')).mtimeMs]).toEqual([1_000_000, 1_000_000])
  })

  it('leaves no half file behind when it is stopped', async () => {
    const stop = new AbortController()
    writeFileSync(join(from, 'large'), Buffer.alloc(40 * 1024 * 1024, 1))
    const onProgress = (bytes: number): void => {
      if (bytes > 0) stop.abort(new Error('stopped'))
    }
    await expect(write({ signal: stop.signal, onProgress })).rejects.toThrow('stopped')
    expect(readdirSync(to)).toEqual([])
  })

  it('writes names that are not UTF-8', async () => {
    writeFileSync(Buffer.concat([Buffer.from(`${from}/`), Buffer.of(0xff, 0x41)]), 'x')
    await write()
    expect(readdirSync(to, { encoding: 'buffer' })).toEqual([Buffer.of(0xff, 0x41)])
  })

  it('says where it could not write', async () => {
    writeFileSync(join(from, 'f'), 'x')
    rmSync(to, { recursive: true })
    mkdirSync(to)
    const writing = writeTree(openDirectoryTree(from), '/proc/self/fdinfo', { owner })
    await expect(writing).rejects.toMatchObject({
      code: 'TREE_WRITE_FAILED',
      facts: { path: '/proc/self/fdinfo/f' },
    })
    expect(existsSync(join(to, 'f'))).toBe(false)
  })
})
