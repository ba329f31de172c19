import { describe, expect, it } from 'vitest'
import { TempDir } from '../../testkit/temp-dir.ts'
import type { NodeMeta } from '../tree.ts'
import { ensureDir } from './ensure-dir.ts'
import { type OverlayWriter, openDirectoryWriter } from './overlay-writer.ts'
import { resolveInRoot } from './resolve.ts'

const META: NodeMeta = { mode: 0o755, uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0, mtime: 1_000_000_000 }

function sampleTree(temp: TempDir): OverlayWriter {
  const tree = openDirectoryWriter(temp.dir('root'))
  ensureDir(tree, '/usr/lib/x', META)
  ensureDir(tree, '/home/me', META)
  tree.mknod('/usr/file', 'fifo', [0, 0], META)
  const links: Record<string, string> = {
    '/lib': 'usr/lib',
    '/abs': '/usr',
    '/up': '../../../usr/lib',
    '/home/me/rel': '../../usr',
    '/a': '/b',
    '/b': '/a',
    '/none': '/missing/deep',
    '/chain': 'lib/x',
  }
  for (const [path, target] of Object.entries(links)) tree.symlink(path, target, META)
  for (let i = 0; i < 45; i++) tree.symlink(`/n${i}`, i === 0 ? 'usr' : `n${i - 1}`, META)
  return tree
}

describe('resolveInRoot', () => {
  it.each([
    ['/', '/', true],
    ['', '/', true],
    ['/usr//lib/.', '/usr/lib', true],
    ['/../../usr', '/usr', true],
    ['/lib/x', '/usr/lib/x', true],
    ['/abs/lib', '/usr/lib', true],
    ['/up/x', '/usr/lib/x', true],
    ['/home/me/rel/lib', '/usr/lib', true],
    ['/lib/../file', '/usr/file', true],
    ['/chain', '/usr/lib/x', true],
    ['/n39', '/usr', true],
    ['/usr/new', '/usr/new', false],
    ['/new/deep/er', '/new/deep/er', false],
    ['/new/../usr', '/usr', true],
    ['/none', '/missing/deep', false],
    ['/none/more', '/missing/deep/more', false],
  ])('%s is %s', (path, expected, exists) => {
    using temp = new TempDir()
    const resolved = resolveInRoot(sampleTree(temp), path)
    expect([resolved.path, resolved.entry !== undefined]).toEqual([expected, exists])
  })

  it('starts relative paths at cwd, and resolves cwd too', () => {
    using temp = new TempDir()
    const tree = sampleTree(temp)
    expect(resolveInRoot(tree, 'x', { cwd: '/lib' }).path).toBe('/usr/lib/x')
    expect(resolveInRoot(tree, '/x', { cwd: '/lib' }).path).toBe('/x')
  })

  it('leaves a symlink at the end when told to, follows all before it', () => {
    using temp = new TempDir()
    const tree = sampleTree(temp)
    expect(resolveInRoot(tree, '/lib', { followLast: false })).toMatchObject({
      path: '/lib',
      entry: { type: 'symlink' },
    })
    expect(resolveInRoot(tree, '/home/me/rel/lib', { followLast: false }).path).toBe('/usr/lib')
  })

  it.each(['/a', '/a/x', '/n44'])('gives up after 40 links: %s', path => {
    using temp = new TempDir()
    expect(() => resolveInRoot(sampleTree(temp), path)).toThrow(
      expect.objectContaining({ code: 'TREE_TOO_MANY_LINKS' }),
    )
  })

  it('says what stands in the way', () => {
    using temp = new TempDir()
    const tree = sampleTree(temp)
    expect(() => resolveInRoot(tree, '/usr/file/x')).toThrow(
      expect.objectContaining({ code: 'TREE_NOT_A_DIRECTORY', facts: { path: '/usr/file' } }),
    )
    expect(() => ensureDir(tree, '/usr/file/x', META)).toThrow(
      expect.objectContaining({ code: 'TREE_NOT_A_DIRECTORY' }),
    )
  })
})

describe('ensureDir', () => {
  it('makes what is missing, parents first, and leaves the rest as it is', () => {
    using temp = new TempDir()
    const tree = sampleTree(temp)
    expect(ensureDir(tree, '/usr/a/b', { ...META, mode: 0o700 }).made).toEqual(['/usr/a', '/usr/a/b'])
    expect(tree.lstat('/usr')?.mode).toBe(0o755)
    expect(tree.lstat('/usr/a')?.mode).toBe(0o700)
    expect(ensureDir(tree, '/', META).made).toEqual([])
  })
})
