import { existsSync, lstatSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { makeNode, setXattr } from '../../host/index.ts'
import { TempDir } from '../../testkit/temp-dir.ts'
import type { TreeView } from '../tree.ts'
import { openDirectoryTree } from './directory-tree.ts'
import { openStackTree as openAtOnce, type StackTree, stackOnto } from './stack-tree.ts'

/** Layer directories, the top first; a path that ends in / is a directory, the others are files that hold their layer's number. */
function layers(temp: TempDir, ...contents: readonly (readonly string[])[]): string[] {
  return contents.map((paths, index) => {
    const dir = temp.dir(`layer${index}`)
    for (const path of paths) {
      if (path.endsWith('/')) mkdirSync(join(dir, path), { recursive: true })
      else writeFileSync(join(dir, path), String(index))
    }
    return dir
  })
}

function openOneByOne(dirsTopFirst: readonly string[]): StackTree {
  const bottomFirst = dirsTopFirst.toReversed()
  return bottomFirst.slice(1).reduce(stackOnto, openAtOnce(bottomFirst.slice(0, 1)))
}

describe.each([
  ['at once', openAtOnce],
  ['one by one', openOneByOne],
])('a stack opened %s', (_, openStackTree) => {
  it('merges directories and shows the topmost of the rest', () => {
    using temp = new TempDir()
    const tree = openStackTree(
      layers(temp, ['d/', 'd/b'], ['d/', 'd/a', 'd/b', 'e/'], ['d/', 'd/c', 'd/b', 'e/', 'e/x']),
    )
    expect(tree.readdir('/')).toEqual(['d', 'e'])
    expect(tree.readdir('/d')).toEqual(['a', 'b', 'c'])
    expect(tree.readdir('/e')).toEqual(['x'])
    expect(tree.lstat('/d/b')?.inode).toBe(openDirectoryTree(join(temp.path, 'layer0')).lstat('/d/b')?.inode)
  })

  it('shows nothing of a directory that lies below a file', () => {
    using temp = new TempDir()
    const tree = openStackTree(layers(temp, ['d/', 'd/top'], ['d'], ['d/', 'd/low']))
    expect(tree.readdir('/d')).toEqual(['top'])
    expect(openStackTree([join(temp.path, 'layer1'), join(temp.path, 'layer2')]).lstat('/d/low')).toBeUndefined()
  })

  it.each(['trusted.overlay.opaque', 'user.overlay.opaque'])('ends a directory at %s', name => {
    using temp = new TempDir()
    if (name.startsWith('trusted') && process.getuid?.() !== 0) return
    const dirs = layers(temp, ['d/', 'd/top'], ['d/', 'd/low'])
    setXattr(join(dirs[0]!, 'd'), name, Buffer.from('y'))
    expect(openStackTree(dirs).readdir('/d')).toEqual(['top'])
  })

  it('takes whiteouts by xattr for whiteouts only in directories that say so', () => {
    using temp = new TempDir()
    const dirs = layers(temp, ['d/', 'e/'], ['d/', 'd/gone', 'd/kept', 'e/', 'e/gone'])
    for (const dir of ['d', 'e']) {
      writeFileSync(join(dirs[0]!, dir, 'gone'), '')
      setXattr(join(dirs[0]!, dir, 'gone'), 'user.overlay.whiteout', Buffer.alloc(0))
    }
    setXattr(join(dirs[0]!, 'd'), 'user.overlay.opaque', Buffer.from('x'))
    const tree = openStackTree(dirs)
    expect(tree.readdir('/d')).toEqual(['kept'])
    expect(tree.lstat('/d/gone')).toBeUndefined()
    expect(tree.readdir('/e')).toEqual(['gone'])
  })

  it.skipIf(process.getuid?.() !== 0)(
    'hides what a whiteout names in all layers below it (needs root for devices)',
    () => {
      using temp = new TempDir()
      const dirs = layers(temp, ['d/'], ['d/'], ['d/', 'd/f', 'g/', 'g/x'])
      makeNode(join(dirs[1]!, 'd/f'), 'char', 0, [0, 0])
      makeNode(join(dirs[0]!, 'g'), 'char', 0, [0, 0])
      const tree = openStackTree(dirs)
      expect(tree.readdir('/')).toEqual(['d'])
      expect(tree.readdir('/d')).toEqual([])
      expect(tree.lstat('/g/x')).toBeUndefined()
    },
  )

  it('is empty without layers', () => {
    expect(openStackTree([]).readdir('/')).toEqual([])
    expect(openStackTree([]).lstat('/')).toBeUndefined()
  })
})

/** Every path with its type and where it comes from. */
function listing(tree: TreeView, directory = ''): string[] {
  return tree.readdir(directory || '/').flatMap(name => {
    const path = `${directory}/${name}`
    const entry = tree.lstat(path)
    return [`${path} ${entry?.type} ${entry?.inode}`, ...(entry?.type === 'dir' ? listing(tree, path) : [])]
  })
}

describe('a stack', () => {
  const KINDS = ['file', 'dir', 'opaque', 'whiteout'] as const
  const layer = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'a/a', 'a/b', 'a/a/a', 'b/a'), fc.constantFrom(...KINDS)))

  it.skipIf(process.getuid?.() !== 0)('is the same opened at once and one by one (needs root, for whiteouts)', () => {
    const check = fc.property(fc.array(layer, { minLength: 1, maxLength: 5 }), stack => {
      using temp = new TempDir()
      const dirs = stack.map((entries, index) => {
        const dir = temp.dir(`layer${index}`)
        for (const [path, kind] of entries) makeEntry(join(dir, path), kind)
        return dir
      })
      expect(listing(openOneByOne(dirs))).toEqual(listing(openAtOnce(dirs)))
    })
    fc.assert(check, { seed: 1, numRuns: 200 })
  })

  function makeEntry(path: string, kind: (typeof KINDS)[number]): void {
    if (existsSync(path) || !existsSync(dirname(path)) || !lstatSync(dirname(path)).isDirectory()) return
    if (kind === 'file') writeFileSync(path, '')
    else if (kind === 'whiteout') makeNode(path, 'char', 0, [0, 0])
    else mkdirSync(path)
    if (kind === 'opaque') setXattr(path, 'trusted.overlay.opaque', Buffer.from('y'))
  }
})

describe('openDirectoryTree', () => {
  it('goes through no symlink, at the end or on the way', () => {
    using temp = new TempDir()
    const root = temp.dir('root')
    mkdirSync(join(root, 'real'))
    writeFileSync(join(root, 'real/f'), 'f')
    symlinkSync('real', join(root, 'soft'))
    symlinkSync('real/f', join(root, 'file'))
    const tree = openDirectoryTree(root)
    expect(tree.lstat('/soft')?.type).toBe('symlink')
    expect(tree.lstat('/soft/f')).toBeUndefined()
    expect(() => tree.readdir('/soft')).toThrow(expect.objectContaining({ code: 'TREE_NOT_A_DIRECTORY' }))
    expect(() => tree.open('/soft/f')).toThrow(expect.objectContaining({ code: 'TREE_NOT_FOUND' }))
    expect(() => tree.open('/file')).toThrow(expect.objectContaining({ code: 'ELOOP' }))
  })

  it('opens files only, and does not wait for a fifo', () => {
    using temp = new TempDir()
    const root = temp.dir('root')
    makeNode(join(root, 'pipe'), 'fifo', 0o600)
    const tree = openDirectoryTree(root)
    expect(() => tree.open('/pipe')).toThrow(expect.objectContaining({ code: 'TREE_NOT_A_FILE' }))
    expect(() => tree.open('/')).toThrow(expect.objectContaining({ code: 'TREE_NOT_A_FILE' }))
  })

  it('may itself be named by a symlink', () => {
    using temp = new TempDir()
    const root = temp.dir('root')
    writeFileSync(join(root, 'f'), 'f')
    symlinkSync('root', join(temp.path, 'alias'))
    const tree = openDirectoryTree(`${join(temp.path, 'alias')}/`)
    expect(tree.lstat('/')?.type).toBe('dir')
    expect(tree.readdir('/')).toEqual(['f'])
  })

  it('gives names in byte order, those too that are not UTF-8', () => {
    using temp = new TempDir()
    const root = temp.dir('root')
    for (const name of [[0xff], [0x61], [0xc3, 0xa9], [0x5a], [0xef, 0xbf, 0xbd]]) {
      writeFileSync(Buffer.concat([Buffer.from(`${root}/`), Buffer.from(name)]), '')
    }
    const tree = openDirectoryTree(root)
    expect(tree.readdir('/')).toEqual(['Z', 'a', 'é', '\ufffd', '\udcff'])
    expect(tree.lstat('/\udcff')?.type).toBe('file')
  })
})
