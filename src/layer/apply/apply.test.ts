import { createHash } from 'node:crypto'
import { existsSync, lstatSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { getXattr, listXattrs } from '../../host/index.ts'
import { inPieces, type MadeEntry, makeTar } from '../../testkit/make-tar.ts'
import { TempDir } from '../../testkit/temp-dir.ts'
import { openStackTree } from '../tree/stack-tree.ts'
import { type ApplyResult, applyLayer } from './apply.ts'

const DIR = { type: 'dir', mode: 0o755 } as const

/** Unpacks a layer and hands its directory to `check`. */
async function unpacked(
  entries: readonly MadeEntry[],
  check: (dir: string, result: ApplyResult) => void,
): Promise<void> {
  using temp = new TempDir()
  const dir = temp.dir('layer')
  const result = await applyLayer(inPieces(makeTar(entries), 1000), dir)
  check(dir, result)
}

async function refused(entries: readonly MadeEntry[], code: string): Promise<void> {
  using temp = new TempDir()
  const outside = temp.dir('outside')
  writeFileSync(join(outside, 'victim'), 'safe')
  const layer = temp.dir('layer')
  await expect(applyLayer(inPieces(makeTar(entries)), layer)).rejects.toMatchObject({ code })
  expect(readdirSync(temp.path).sort()).toEqual(['layer', 'outside'])
  expect(readFileSync(join(outside, 'victim'), 'utf8')).toBe('safe')
}

function isWhiteout(path: string): boolean {
  const stats = lstatSync(path)
  return stats.isCharacterDevice() && stats.rdev === 0
}

describe.skipIf(process.getuid?.() !== 0)('applyLayer (needs root for owners, devices and trusted xattrs)', () => {
  it('gives the diff ID and the length of the whole stream, and exact metadata', async () => {
    const entries: MadeEntry[] = [
      { name: 'usr/', ...DIR, mode: 0o1777, mtime: 1_000_000_001 },
      {
        name: 'usr/sudo',
        mode: 0o4755,
        uid: 3_000_000,
        gid: 7,
        mtime: 1_000_000_002,
        content: 'x',
        xattrs: new Map([['user.a', Buffer.of(0, 255)]]),
      },
      { name: 'usr/raw\udcff', type: 'symlink', linkname: '../\udcfe', mtime: 1_000_000_003, uid: 5 },
    ]
    await unpacked(entries, (dir, result) => {
      const tar = makeTar(entries)
      expect(result.diffId).toBe(`sha256:${createHash('sha256').update(tar).digest('hex')}`)
      expect(result).toMatchObject({
        uncompressedBytes: tar.length,
        entries: 3,
        fixups: { parents: ['/'], links: [], rootOpaque: false },
      })
      const tree = openStackTree([dir])
      expect(tree.lstat('/usr')).toMatchObject({ mode: 0o1777, mtime: 1_000_000_001 })
      expect(tree.lstat('/usr/sudo')).toMatchObject({
        mode: 0o4755,
        uid: 3_000_000,
        gid: 7,
        mtime: 1_000_000_002,
        size: 1,
      })
      expect(tree.xattrs('/usr/sudo').get('user.a')).toEqual(Buffer.of(0, 255))
      expect(tree.readlink('/usr/raw\udcff')).toBe('../\udcfe')
      expect(tree.lstat('/usr/raw\udcff')).toMatchObject({ uid: 5, mtime: 1_000_000_003 })
    })
  })

  it('keeps a file capability', async () => {
    const capability = Buffer.from('0100000200040000000000000000000000000000', 'hex')
    await unpacked([{ name: 'ping', uid: 1, xattrs: new Map([['security.capability', capability]]) }], dir => {
      expect(getXattr(join(dir, 'ping'), 'security.capability')).toEqual(capability)
    })
  })

  it('hashes what follows the end of the archive too', async () => {
    using temp = new TempDir()
    const tar = Buffer.concat([makeTar([{ name: 'a' }]), Buffer.alloc(9000, 'z')])
    const result = await applyLayer(inPieces(tar), temp.dir('layer'))
    expect(result).toMatchObject({
      uncompressedBytes: tar.length,
      diffId: `sha256:${createHash('sha256').update(tar).digest('hex')}`,
    })
  })

  describe('whiteouts', () => {
    it('become devices 0:0 and opaque marks', async () => {
      const entries: MadeEntry[] = [
        { name: 'etc/.wh.gone' },
        { name: 'var/.wh..wh..opq' },
        { name: 'var/new', content: 'n' },
      ]
      await unpacked(entries, (dir, result) => {
        expect(isWhiteout(join(dir, 'etc/gone'))).toBe(true)
        expect(getXattr(join(dir, 'var'), 'trusted.overlay.opaque')?.toString()).toBe(Buffer.from('y').toString())
        expect(readFileSync(join(dir, 'var/new'), 'utf8')).toBe('n')
        expect(result.fixups.parents).toEqual(['/', '/etc'])
      })
    })

    it.each([[['first', '.wh.first']], [['.wh.first', 'first']]])(
      'take nothing away of their own layer: %j',
      async names => {
        await unpacked(
          names.map(name => ({ name, content: 'own' })),
          dir => expect(readFileSync(join(dir, 'first'), 'utf8')).toBe('own'),
        )
      },
    )

    it('of a directory that comes again hide what was in it below', async () => {
      await unpacked([{ name: '.wh.dir' }, { name: 'dir/', ...DIR }], dir => {
        expect(getXattr(join(dir, 'dir'), 'trusted.overlay.opaque')).toBeDefined()
      })
    })

    it('of AUFS itself are ignored', async () => {
      const entries: MadeEntry[] = [
        { name: '.wh..wh.aufs' },
        { name: '.wh..wh.plnk/', ...DIR },
        { name: '.wh..wh.plnk/12.34' },
        { name: 'a' },
      ]
      await unpacked(entries, dir => expect(readdirSync(dir)).toEqual(['a']))
    })

    it.each(['.wh.', '.wh..', '.wh...', 'a/.wh.', '.wh.x/file'])('that mean nothing are refused: %s', name =>
      refused([{ name }], 'LAYER_INVALID_NAME'),
    )
  })

  describe('entries with the same name', () => {
    it('the last one wins', async () => {
      await unpacked(
        [
          { name: 'f', content: 'old' },
          { name: './f', content: 'new' },
        ],
        dir => {
          expect(readFileSync(join(dir, 'f'), 'utf8')).toBe('new')
        },
      )
    })

    it('a file takes the place of a directory with all in it', async () => {
      await unpacked([{ name: 'd/', ...DIR }, { name: 'd/in' }, { name: 'd', content: 'file' }], dir => {
        expect(readFileSync(join(dir, 'd'), 'utf8')).toBe('file')
      })
    })

    it('a directory takes the place of a file, and of a symlink without following it', async () => {
      const entries: MadeEntry[] = [
        { name: 'real/', ...DIR },
        { name: 'd', type: 'symlink', linkname: 'real' },
        { name: 'd/', ...DIR },
        { name: 'd/in' },
        { name: 'e' },
        { name: 'e/', ...DIR },
      ]
      await unpacked(entries, dir => {
        expect(lstatSync(join(dir, 'd')).isDirectory()).toBe(true)
        expect(lstatSync(join(dir, 'e')).isDirectory()).toBe(true)
        expect(readdirSync(join(dir, 'real'))).toEqual([])
      })
    })
  })

  describe('hostile layers', () => {
    it.each(['../outside/victim', 'a/../../outside/victim', '/../outside/victim', '..'])(
      'a name with .. is refused: %s',
      name => refused([{ name, content: 'bad' }], 'LAYER_INVALID_NAME'),
    )

    it('an absolute name is one inside the layer', async () => {
      await unpacked([{ name: '/etc/tare-test', content: 'in' }], dir => {
        expect(readFileSync(join(dir, 'etc/tare-test'), 'utf8')).toBe('in')
        expect(existsSync('/etc/tare-test')).toBe(false)
      })
    })

    it.each(['../../../../../../../../tmp', '/tmp', '..'])(
      'a symlink of the layer to %s leads nowhere outside',
      async linkname => {
        await unpacked(
          [
            { name: 'out', type: 'symlink', linkname },
            { name: 'out/tare-escape', content: 'in' },
          ],
          dir => {
            expect(existsSync('/tmp/tare-escape')).toBe(false)
            const inside = linkname === '..' ? 'tare-escape' : 'tmp/tare-escape'
            expect(readFileSync(join(dir, inside), 'utf8')).toBe('in')
          },
        )
      },
    )

    it('a file is not written through a symlink of the same name', async () => {
      using temp = new TempDir()
      const victim = join(temp.path, 'victim')
      writeFileSync(victim, 'safe')
      const entries: MadeEntry[] = [
        { name: 'f', type: 'symlink', linkname: victim, mode: 0o777 },
        { name: 'f', content: 'bad', mode: 0o4777 },
      ]
      await unpacked(entries, dir => expect(readFileSync(join(dir, 'f'), 'utf8')).toBe('bad'))
      expect(readFileSync(victim, 'utf8')).toBe('safe')
      expect(lstatSync(victim).mode & 0o7777).not.toBe(0o4777)
    })

    it('symlinks in a circle are refused', () =>
      refused(
        [{ name: 'a', type: 'symlink', linkname: 'b' }, { name: 'b', type: 'symlink', linkname: 'a' }, { name: 'a/f' }],
        'LAYER_INVALID_NAME',
      ))

    it('a file as parent is refused', () => refused([{ name: 'a' }, { name: 'a/b' }], 'LAYER_INVALID_NAME'))

    it.each(['../outside/victim', '/../outside/victim'])('a hard link out of the root is refused: %s', linkname =>
      refused([{ name: 'l', type: 'hardlink', linkname }], 'LAYER_INVALID_NAME'),
    )

    it('a hard link through a symlink stays inside', async () => {
      const entries: MadeEntry[] = [
        { name: 'out', type: 'symlink', linkname: '/etc' },
        { name: 'l', type: 'hardlink', linkname: 'out/passwd' },
      ]
      await unpacked(entries, (dir, result) => {
        expect(readdirSync(dir)).toEqual(['out'])
        expect(result.fixups.links).toEqual([{ path: '/l', target: '/etc/passwd' }])
      })
    })

    it('a hard link to a directory or to itself is refused', async () => {
      await refused(
        [
          { name: 'd/', ...DIR },
          { name: 'l', type: 'hardlink', linkname: 'd' },
        ],
        'LAYER_INVALID_LINK',
      )
      await refused([{ name: 'l', type: 'hardlink', linkname: 'l' }], 'LAYER_INVALID_LINK')
    })

    it('a device 0:0 is refused as a false whiteout', () =>
      refused([{ name: 'passwd', type: 'char', device: [0, 0] }], 'LAYER_FALSE_WHITEOUT'))

    it('overlay’s own xattrs are dropped', async () => {
      const names = [
        'trusted.overlay.opaque',
        'trusted.overlay.redirect',
        'trusted.overlay.metacopy',
        'user.overlay.opaque',
        'user.kept',
      ]
      const xattrs = new Map(names.map(name => [name, Buffer.from('y')] as const))
      await unpacked(
        [
          { name: 'd/', ...DIR, xattrs },
          { name: 'f', xattrs },
        ],
        dir => {
          expect(listXattrs(join(dir, 'd'))).toEqual(['user.kept'])
          expect(listXattrs(join(dir, 'f'))).toEqual(['user.kept'])
        },
      )
    })

    it.each([4_294_967_295, 99_999_999_999])('an owner that cannot be is refused: %i', uid =>
      refused([{ name: 'f', uid }], 'LAYER_INVALID_NAME'),
    )

    it('an unknown type is refused', async () => {
      using temp = new TempDir()
      const tar = makeTar([{ name: 'f' }])
      tar[156] = 'Q'.charCodeAt(0)
      tar.write('        ', 148)
      tar.write(
        `${tar
          .subarray(0, 512)
          .reduce((sum, byte) => sum + byte, 0)
          .toString(8)
          .padStart(6, '0')}\0 `,
        148,
      )
      await expect(applyLayer(inPieces(tar), temp.dir('layer'))).rejects.toMatchObject({ code: 'LAYER_INVALID_NAME' })
    })
  })
})
