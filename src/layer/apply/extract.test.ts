import { execFileSync } from 'node:child_process'
import { closeSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { inPieces, type MadeEntry, makeTar } from '../../testkit/make-tar.ts'
import { TempDir } from '../../testkit/temp-dir.ts'
import { type OverlayWriter, openDirectoryWriter, openOverlayWriter } from '../tree/overlay-writer.ts'
import { openStackTree } from '../tree/stack-tree.ts'
import type { NodeMeta } from '../tree.ts'
import { extractArchive } from './extract.ts'

const META: NodeMeta = { mode: 0o755, uid: 0, gid: 0, mtime: 1_000_000_000 }
const DIR = { type: 'dir', mode: 0o755 } as const

/** Over a lower tree with /usr/lib, /lib -> usr/lib, /dest/keep/old. */
function sampleWriter(temp: TempDir): OverlayWriter {
  const below = openDirectoryWriter(temp.dir('lower'))
  for (const dir of ['/usr', '/usr/lib', '/dest', '/dest/keep']) below.mkdir(dir, META)
  closeSync(below.createFile('/dest/keep/old'))
  below.symlink('/lib', 'usr/lib', META)
  below.symlink('/dest/abs', '/usr', META)
  return openOverlayWriter({ upper: temp.dir('upper'), lower: openStackTree([join(temp.path, 'lower')]) })
}

function readText(writer: OverlayWriter, path: string): string {
  const fd = writer.open(path)
  const text = readFileSync(fd, 'utf8')
  closeSync(fd)
  return text
}

describe.skipIf(process.getuid?.() !== 0)('extractArchive (needs root for owners)', () => {
  it('unpacks what GNU tar packed, with metadata', async () => {
    using temp = new TempDir()
    const source = temp.dir('source')
    mkdirSync(join(source, 'sub'), { mode: 0o750 })
    writeFileSync(join(source, 'sub/file'), 'text', { mode: 0o4755 })
    execFileSync('ln', [join(source, 'sub/file'), join(source, 'zhard')])
    execFileSync('ln', ['-s', 'sub/file', join(source, 'soft')])
    execFileSync('chmod', ['4755', join(source, 'sub/file')])
    execFileSync('touch', [
      '-h',
      '-d',
      '@1234567890',
      join(source, 'sub/file'),
      join(source, 'sub'),
      join(source, 'soft'),
    ])
    const tar = execFileSync('tar', ['-C', source, '--owner=7', '--group=8', '--sort=name', '-cf', '-', '.'])
    const writer = sampleWriter(temp)
    const result = await extractArchive(inPieces(tar, 700), writer, '/dest', { mtime: 1 })
    expect(result).toEqual({ entries: 5, bytes: 4 })
    expect(writer.lstat('/dest/sub')).toMatchObject({ mode: 0o750, uid: 7, gid: 8, mtime: 1_234_567_890 })
    expect(writer.lstat('/dest/sub/file')).toMatchObject({ mode: 0o4755, uid: 7, mtime: 1_234_567_890, links: 2 })
    expect(writer.readlink('/dest/soft')).toBe('sub/file')
    expect(readText(writer, '/dest/zhard')).toBe('text')
  })

  async function extracted(
    entries: readonly MadeEntry[],
    check: (writer: OverlayWriter) => void,
    destination = '/dest',
  ): Promise<void> {
    using temp = new TempDir()
    const writer = sampleWriter(temp)
    await extractArchive(inPieces(makeTar(entries)), writer, destination, { mtime: 1_500_000_000 })
    check(writer)
  }

  it('merges into directories that are there', () =>
    extracted([{ name: 'keep/', ...DIR, mode: 0o700 }, { name: 'keep/new' }], writer => {
      expect(writer.readdir('/dest/keep')).toEqual(['new', 'old'])
      expect(writer.lstat('/dest/keep')?.mode).toBe(0o700)
    }))

  it('follows symlinks among parents inside the destination', () =>
    extracted(
      [
        { name: 'abs/share/doc', content: 'd' },
        { name: '/lib/x', content: 'x' },
      ],
      writer => {
        expect(readText(writer, '/dest/usr/share/doc')).toBe('d')
        expect(writer.lstat('/dest/lib')?.type).toBe('dir')
      },
    ))

  it("an entry for the archive's root leaves the destination as it is", () =>
    extracted([{ name: './', ...DIR, mode: 0o700, uid: 5 }, { name: './f' }], writer => {
      expect(writer.lstat('/dest')).toMatchObject({ mode: 0o755, uid: 0 })
      expect(writer.lstat('/dest/f')?.type).toBe('file')
    }))

  it('follows /lib when it unpacks at the root', () =>
    extracted([{ name: 'lib/x', content: 'x' }], writer => expect(readText(writer, '/usr/lib/x')).toBe('x'), '/'))

  it('makes missing parents, with the time it is given', () =>
    extracted([{ name: 'p/q/f' }], writer => {
      expect(writer.lstat('/dest/p/q')).toMatchObject({ mode: 0o755, uid: 0, mtime: 1_500_000_000 })
    }))

  it('gives everything the owner of --chown', async () => {
    using temp = new TempDir()
    const writer = sampleWriter(temp)
    const tar = makeTar([
      { name: 'd/', ...DIR, uid: 5 },
      { name: 'd/f', uid: 5 },
      { name: 's', type: 'symlink', linkname: 'd', uid: 5 },
      { name: 'p/f' },
    ])
    await extractArchive(inPieces(tar), writer, '/dest', { mtime: 1, owner: { uid: 42, gid: 43 } })
    for (const path of ['/dest/d', '/dest/d/f', '/dest/s', '/dest/p'])
      expect(writer.lstat(path)).toMatchObject({ uid: 42, gid: 43 })
  })

  it('a name that begins with .wh. means nothing', () =>
    extracted([{ name: 'keep/.wh.old' }], writer => expect(writer.readdir('/dest/keep')).toEqual(['.wh.old', 'old'])))

  it('the last of two entries wins, whatever their types', () =>
    extracted(
      [
        { name: 'd/', ...DIR },
        { name: 'd/in' },
        { name: 'd', content: 'file' },
        { name: 'keep', type: 'symlink', linkname: 'd' },
      ],
      writer => {
        expect(readText(writer, '/dest/d')).toBe('file')
        expect(writer.lstat('/dest/keep')?.type).toBe('symlink')
      },
    ))

  it('a symlink to the outside leads inside', () =>
    extracted(
      [
        { name: 'out', type: 'symlink', linkname: '/../../tmp' },
        { name: 'out/tare-escape', content: 'in' },
      ],
      writer => {
        expect(existsSync('/tmp/tare-escape')).toBe(false)
        expect(readText(writer, '/dest/tmp/tare-escape')).toBe('in')
      },
    ))

  it.each<[string, MadeEntry[], string]>([
    ['.. in a name', [{ name: 'a/../../x' }], 'LAYER_INVALID_NAME'],
    ['.. in a hard link', [{ name: 'l', type: 'hardlink', linkname: '../usr/lib' }], 'LAYER_INVALID_NAME'],
    ['a hard link to nothing', [{ name: 'l', type: 'hardlink', linkname: 'none' }], 'LAYER_INVALID_LINK'],
    ['a hard link to a directory', [{ name: 'l', type: 'hardlink', linkname: 'keep' }], 'LAYER_INVALID_LINK'],
    ['a device 0:0', [{ name: 'w', type: 'char' }], 'TREE_FALSE_WHITEOUT'],
    ['a file as parent', [{ name: 'f' }, { name: 'f/g' }], 'TREE_NOT_A_DIRECTORY'],
  ])('refuses %s', (_, entries, code) => expect(extracted(entries, () => {})).rejects.toMatchObject({ code }))
})
