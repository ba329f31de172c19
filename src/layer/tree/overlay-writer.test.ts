import { closeSync, readFileSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { getXattr } from '../../host/index.ts'
import { describeTree } from '../../testkit/describe-tree.ts'
import { TempDir } from '../../testkit/temp-dir.ts'
import type { NodeMeta, TreeView } from '../tree.ts'
import { hostLstat, isWhiteoutDevice } from './host-entry.ts'
import { type OverlayWriter, openDirectoryWriter, openOverlayWriter } from './overlay-writer.ts'
import { openStackTree } from './stack-tree.ts'

const META: NodeMeta = { mode: 0o755, uid: 0, gid: 0, mtime: 1_000_000_000 }

interface Stack {
  readonly upper: string
  readonly lowerDir: string
  readonly lower: TreeView
  readonly writer: OverlayWriter
}

/** /dir (2750, 4:5) with file (4711, 8:8), soft -> file and inner/; below an empty upper directory. */
function stack(temp: TempDir): Stack {
  const lowerDir = temp.dir('lower')
  const below = openDirectoryWriter(lowerDir)
  below.mkdir('/dir', META)
  writeText(below, '/dir/file', 'lower')
  below.setMeta('/dir/file', { mode: 0o4711, uid: 8, gid: 8, mtime: 1_000_000_001 })
  below.symlink('/dir/soft', 'file', { ...META, uid: 3 })
  below.mkdir('/dir/inner', META)
  writeText(below, '/dir/inner/deep', 'deep')
  below.setMeta('/dir', {
    mode: 0o2750,
    uid: 4,
    gid: 5,
    mtime: 1_000_000_002,
    xattrs: new Map([['user.d', Buffer.of(7)]]),
  })
  const lower = openStackTree([lowerDir])
  const upper = temp.dir('upper')
  return { upper, lowerDir, lower, writer: openOverlayWriter({ upper, lower }) }
}

function writeText(writer: OverlayWriter, path: string, text: string): void {
  const fd = writer.createFile(path)
  writeSync(fd, text)
  closeSync(fd)
}

function readText(tree: TreeView, path: string): string {
  const fd = tree.open(path)
  const text = readFileSync(fd, 'utf8')
  closeSync(fd)
  return text
}

function whiteoutAt(path: string): boolean {
  const entry = hostLstat(path)
  return entry !== undefined && isWhiteoutDevice(entry)
}

describe.skipIf(process.getuid?.() !== 0)('openOverlayWriter (needs root for owners and whiteouts)', () => {
  it('copies parents up with mode, owner, mtime and xattrs', () => {
    using temp = new TempDir()
    const { writer, upper } = stack(temp)
    expect(writer.hostDir('/dir/inner')).toBe(join(upper, 'dir/inner'))
    expect(writer.lstat('/dir')).toMatchObject({ mode: 0o2750, uid: 4, gid: 5, mtime: 1_000_000_002 })
    expect(writer.xattrs('/dir').get('user.d')).toEqual(Buffer.of(7))
    expect(writer.readdir('/dir')).toEqual(['file', 'inner', 'soft'])
  })

  it('makes a whiteout of a lower entry, none of its own', () => {
    using temp = new TempDir()
    const { writer, upper } = stack(temp)
    writer.remove('/dir/file')
    writeText(writer, '/dir/mine', 'x')
    writer.remove('/dir/mine')
    writer.remove('/dir/never')
    expect(whiteoutAt(join(upper, 'dir/file'))).toBe(true)
    expect(hostLstat(join(upper, 'dir/mine'))).toBeUndefined()
    expect(hostLstat(join(upper, 'dir/never'))).toBeUndefined()
    expect(writer.readdir('/dir')).toEqual(['inner', 'soft'])
  })

  it('makes a directory in the place of a removed one opaque', () => {
    using temp = new TempDir()
    const { writer, upper } = stack(temp)
    writer.remove('/dir')
    expect(writer.lstat('/dir/inner/deep')).toBeUndefined()
    expect(writer.mkdir('/dir', META)).toBe(true)
    expect(writer.readdir('/dir')).toEqual([])
    expect(getXattr(join(upper, 'dir'), 'trusted.overlay.opaque')?.toString()).toBe(Buffer.from('y').toString())
    expect(writer.mkdir('/dir', { ...META, mode: 0o700 })).toBe(false)
    expect(writer.lstat('/dir')?.mode).toBe(0o755)
  })

  it('writes opaque marks in the user spelling when asked to', () => {
    using temp = new TempDir()
    const { lower, upper } = stack(temp)
    const writer = openOverlayWriter({ upper, lower, userXattr: true })
    writer.remove('/dir')
    writer.mkdir('/dir', META)
    expect(getXattr(join(upper, 'dir'), 'user.overlay.opaque')).toBeDefined()
    expect(openStackTree([upper]).readdir('/dir')).toEqual([])
  })

  it('takes no whiteout for a directory over a lower file', () => {
    using temp = new TempDir()
    const { writer, upper } = stack(temp)
    writer.mkdir('/dir/file', META)
    expect(getXattr(join(upper, 'dir/file'), 'trusted.overlay.opaque')).toBeUndefined()
    expect(writer.lstat('/dir/file')?.type).toBe('dir')
  })

  it('leaves all below as it was, whatever is done above', () => {
    using temp = new TempDir()
    const { writer, lowerDir } = stack(temp)
    const before = describeTree(openStackTree([lowerDir]))
    writeText(writer, '/dir/file', 'changed')
    writer.setMeta('/dir/inner/deep', { uid: 77, mode: 0o600 })
    writer.link('/hard', '/dir/inner/deep')
    writer.symlink('/dir/soft', 'elsewhere', META)
    writer.remove('/dir/inner')
    expect(describeTree(openStackTree([lowerDir]))).toEqual(before)
    expect(readText(writer, '/hard')).toBe('deep')
    expect(readText(writer, '/dir/file')).toBe('changed')
  })

  it('keeps setuid and capabilities when only the owner changes', () => {
    using temp = new TempDir()
    const { writer } = stack(temp)
    const capability = Buffer.from('0100000200040000000000000000000000000000', 'hex')
    writer.setMeta('/dir/file', { xattrs: new Map([['security.capability', capability]]) })
    writer.setMeta('/dir/file', { uid: 1, gid: 1 })
    expect(writer.lstat('/dir/file')).toMatchObject({ mode: 0o4711, uid: 1, mtime: 1_000_000_001 })
    expect(writer.xattrs('/dir/file').get('security.capability')).toEqual(capability)
  })

  it('changes a symlink itself, never what it points to', () => {
    using temp = new TempDir()
    const { writer } = stack(temp)
    writer.setMeta('/dir/soft', { uid: 12, mode: 0o777, mtime: 5 })
    expect(writer.lstat('/dir/soft')).toMatchObject({ type: 'symlink', uid: 12, mtime: 5 })
    expect(writer.lstat('/dir/file')?.uid).toBe(8)
  })

  it('follows no symlink among the parents', () => {
    using temp = new TempDir()
    const { writer } = stack(temp)
    writer.symlink('/esc', '/etc', META)
    expect(writer.lstat('/esc/passwd')).toBeUndefined()
    expect(() => writer.createFile('/esc/tare-test')).toThrow(expect.objectContaining({ code: 'TREE_NOT_A_DIRECTORY' }))
    expect(() => writer.readdir('/esc')).toThrow(expect.objectContaining({ code: 'TREE_NOT_A_DIRECTORY' }))
  })

  it('creates a file over a symlink without following it, and never over a directory', () => {
    using temp = new TempDir()
    const { writer } = stack(temp)
    const victim = join(temp.path, 'victim')
    writeFileSync(victim, 'safe')
    writer.symlink('/s', victim, META)
    writeText(writer, '/s', 'own')
    expect(readFileSync(victim, 'utf8')).toBe('safe')
    expect(readText(writer, '/s')).toBe('own')
    expect(() => writer.createFile('/dir')).toThrow(expect.objectContaining({ code: 'TREE_IS_A_DIRECTORY' }))
    writer.mkdir('/new', META)
    expect(() => writer.createFile('/new')).toThrow(expect.objectContaining({ code: 'TREE_IS_A_DIRECTORY' }))
  })

  it('creates a file where a whiteout is', () => {
    using temp = new TempDir()
    const { writer } = stack(temp)
    writer.remove('/dir/file')
    writeText(writer, '/dir/file', 'again')
    expect(readText(writer, '/dir/file')).toBe('again')
  })

  it('makes no device that overlay would take for a whiteout', () => {
    using temp = new TempDir()
    const { writer } = stack(temp)
    expect(() => writer.mknod('/w', 'char', [0, 0], META)).toThrow(
      expect.objectContaining({ code: 'TREE_FALSE_WHITEOUT' }),
    )
    writer.mknod('/null', 'char', [1, 3], { ...META, mode: 0o666 })
    expect(writer.lstat('/null')).toMatchObject({ type: 'char', device: [1, 3], mode: 0o666 })
  })

  it('sees what others did in the upper directory after refresh', () => {
    using temp = new TempDir()
    const { writer, lower, upper } = stack(temp)
    writer.hostDir('/dir/inner')
    openOverlayWriter({ upper, lower }).remove('/dir/inner')
    writer.refresh()
    expect(writer.lstat('/dir/inner/deep')).toBeUndefined()
  })

  it.each(['dir', '/dir/', '/dir/../x', '//dir', '/./dir', ''])('takes no path that is not clean: %j', path => {
    using temp = new TempDir()
    const { writer } = stack(temp)
    expect(() => writer.lstat(path)).toThrow(expect.objectContaining({ code: 'TREE_INVALID_PATH' }))
    expect(() => writer.remove(path)).toThrow(expect.objectContaining({ code: 'TREE_INVALID_PATH' }))
  })
})
