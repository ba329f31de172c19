import { readdirSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { inPieces, type MadeEntry, makeTar } from '../../testkit/make-tar.ts'
import { TempDir } from '../../testkit/temp-dir.ts'
import { openStackTree } from '../tree/stack-tree.ts'
import type { TreeView } from '../tree.ts'
import { applyLayer } from './apply.ts'
import { settleLayer } from './settle.ts'

const DIR = { type: 'dir', mode: 0o755 } as const

describe.skipIf(process.getuid?.() !== 0)('settleLayer (needs root for owners and devices)', () => {
  async function settled(
    below: readonly MadeEntry[],
    above: readonly MadeEntry[],
    check: (tree: TreeView, dir: string) => void,
  ): Promise<void> {
    using temp = new TempDir()
    const [lowerDir, upperDir] = [temp.dir('lower'), temp.dir('upper')]
    settleLayer(lowerDir, (await applyLayer(inPieces(makeTar(below)), lowerDir)).fixups, undefined)
    const { fixups } = await applyLayer(inPieces(makeTar(above)), upperDir)
    // Twice: a process killed in between settles again.
    for (let i = 0; i < 2; i++)
      settleLayer(upperDir, JSON.parse(JSON.stringify(fixups)) as typeof fixups, openStackTree([lowerDir]))
    check(openStackTree([upperDir, lowerDir]), upperDir)
  }

  const BELOW: MadeEntry[] = [
    { name: './', ...DIR, mode: 0o700, uid: 9 },
    {
      name: 'usr/',
      ...DIR,
      mode: 0o2750,
      uid: 4,
      gid: 5,
      mtime: 1_000_000_000,
      xattrs: new Map([['user.d', Buffer.of(1)]]),
    },
    { name: 'usr/tool', mode: 0o4711, uid: 8, mtime: 1_000_000_001, content: 'tool' },
    { name: 'soft', type: 'symlink', linkname: 'usr/tool' },
  ]

  it('missing parents, the root too, take the lower directory’s metadata', () =>
    settled(BELOW, [{ name: 'usr/local/x' }], tree => {
      expect(tree.lstat('/')).toMatchObject({ mode: 0o700, uid: 9 })
      expect(tree.lstat('/usr')).toMatchObject({ mode: 0o2750, uid: 4, gid: 5, mtime: 1_000_000_000 })
      expect(tree.xattrs('/usr').get('user.d')).toEqual(Buffer.of(1))
      expect(tree.lstat('/usr/local')).toMatchObject({ mode: 0o755, uid: 0, mtime: 0 })
    }))

  it('a missing parent that is a symlink below is followed inside the root', () => {
    const below: MadeEntry[] = [
      { name: 'usr/lib/', ...DIR, mode: 0o711 },
      { name: 'usr/lib/arch/', ...DIR, mode: 0o700, uid: 3 },
      { name: 'lib', type: 'symlink', linkname: 'usr/lib' },
      { name: 'usr/lib/old' },
    ]
    const above: MadeEntry[] = [
      { name: 'lib/arch/new', content: 'n' },
      { name: 'lib/.wh.old' },
      { name: 'lib/l', type: 'hardlink', linkname: 'lib/arch/new' },
    ]
    return settled(below, above, (tree, dir) => {
      expect(tree.lstat('/lib')?.type).toBe('symlink')
      expect(tree.readdir('/usr/lib')).toEqual(['arch', 'l'])
      expect(tree.lstat('/usr/lib')?.mode).toBe(0o711)
      expect(tree.lstat('/usr/lib/arch')).toMatchObject({ mode: 0o700, uid: 3 })
      expect(tree.lstat('/usr/lib/arch/new')?.size).toBe(1)
      expect(readdirSync(dir)).toEqual(['usr'])
    })
  })

  it('a directory that the layer has takes the place of a symlink below', () =>
    settled(
      [{ name: 'lib', type: 'symlink', linkname: 'usr' }],
      [{ name: 'lib/', ...DIR }, { name: 'lib/x' }],
      tree => {
        expect(tree.readdir('/lib')).toEqual(['x'])
        expect(tree.lstat('/usr')).toBeUndefined()
      },
    ))

  it('a missing parent that is a link to a file below is refused', () =>
    expect(
      settled([{ name: 'f' }, { name: 'lib', type: 'symlink', linkname: 'f' }], [{ name: 'lib/x' }], () => {}),
    ).rejects.toMatchObject({
      code: 'LAYER_INVALID_NAME',
    }))

  it('a hard link to a lower file is a link with its copy', () =>
    settled(
      BELOW,
      [
        { name: 'bin/', ...DIR, mtime: 1_000_000_009 },
        { name: 'bin/t', type: 'hardlink', linkname: 'usr/tool' },
      ],
      tree => {
        expect(tree.lstat('/bin/t')).toMatchObject({ mode: 0o4711, uid: 8, mtime: 1_000_000_001, links: 2 })
        expect(tree.lstat('/bin/t')?.inode).toBe(tree.lstat('/usr/tool')?.inode)
        expect(tree.lstat('/bin')?.mtime).toBe(1_000_000_009)
        expect(tree.lstat('/usr')).toMatchObject({ mode: 0o2750, mtime: 1_000_000_000 })
      },
    ))

  it('a hard link to a lower symlink links the symlink', () =>
    settled(BELOW, [{ name: 'again', type: 'hardlink', linkname: 'soft' }], (tree, dir) => {
      expect(readlinkSync(join(dir, 'again'))).toBe('usr/tool')
      expect(tree.lstat('/again')?.type).toBe('symlink')
    }))

  it.each(['nowhere', 'usr'])('a hard link to no file below is refused: %s', linkname =>
    expect(settled(BELOW, [{ name: 'l', type: 'hardlink', linkname }], () => {})).rejects.toMatchObject({
      code: 'LAYER_INVALID_LINK',
    }),
  )

  it('an opaque root hides all that is below', () =>
    settled(BELOW, [{ name: '.wh..wh..opq' }, { name: 'only' }], tree => expect(tree.readdir('/')).toEqual(['only'])))

  it('a later entry of the layer takes the place of a link into the lower layers', () =>
    settled(
      BELOW,
      [
        { name: 'l', type: 'hardlink', linkname: 'usr/tool' },
        { name: 'l', content: 'own' },
      ],
      tree => {
        expect(tree.lstat('/l')).toMatchObject({ size: 3, links: 1 })
      },
    ))
})
