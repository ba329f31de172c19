import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { inPieces, makeTar } from '../../testkit/make-tar.ts'
import { TempDir } from '../../testkit/temp-dir.ts'
import { NO_XATTRS, type TarHeader } from './entry.ts'
import { readTar } from './read.ts'
import { tarHeader } from './write.ts'

const PLAIN: TarHeader = {
  name: 'f',
  linkname: '',
  type: 'file',
  mode: 0o644,
  uid: 0,
  gid: 0,
  size: 0,
  mtime: 0,
  device: [0, 0],
  xattrs: NO_XATTRS,
}
const CAPABILITY = Buffer.from('0100000200040000000000000000000000000000', 'hex')

const HEADERS: readonly [string, Partial<TarHeader>][] = [
  ['a plain file', { mode: 0o4755, uid: 1000, gid: 100, mtime: 1_600_000_000 }],
  ['a directory', { name: 'usr/', type: 'dir', mode: 0o1777 }],
  ['a name of 100 bytes', { name: 'n'.repeat(100) }],
  ['a name that needs the prefix', { name: `${'p'.repeat(150)}/${'n'.repeat(99)}` }],
  ['a directory that needs the prefix', { name: `${'p'.repeat(150)}/${'n'.repeat(98)}/`, type: 'dir' }],
  ['a name that no prefix can hold', { name: `${'p'.repeat(100)}/${'n'.repeat(101)}` }],
  ['a name of 300 bytes', { name: 'n'.repeat(300) }],
  ['a name in UTF-8', { name: 'größe/名前' }],
  ['a name that is not UTF-8', { name: 'a\udcff\udce4' }],
  ['a long link target that is not UTF-8', { name: 'l', type: 'symlink', linkname: `\udcff${'t'.repeat(200)}` }],
  ['uid 3000000', { uid: 3_000_000, gid: 2_097_152 }],
  ['a time before 1970', { mtime: -5 }],
  ['a time beyond octal', { mtime: 9_000_000_000 * 1000 }],
  [
    'a binary xattr',
    {
      xattrs: new Map([
        ['security.capability', CAPABILITY],
        ['user.b', Buffer.of(10, 0, 255)],
      ]),
    },
  ],
  ['a device', { name: 'dev/sda', type: 'block', device: [259, 1_048_575] }],
]

describe('tarHeader', () => {
  it.each(HEADERS)('writes what readTar reads: %s', async (_, given) => {
    const header = { ...PLAIN, ...given }
    for await (const entry of readTar(inPieces(tarHeader(header)))) expect(entry.header).toEqual(header)
    expect.assertions(1)
  })

  it('is one block while ustar can say it all', () => {
    expect(tarHeader({ ...PLAIN, name: `${'p'.repeat(150)}/${'n'.repeat(99)}`, size: 8 ** 11 - 1 })).toHaveLength(512)
    expect(tarHeader({ ...PLAIN, size: 8 ** 11 }).toString('latin1')).toContain('size=8589934592\n')
  })

  it('sorts its PAX records, so that it depends on the values alone', () => {
    const one = new Map([
      ['user.b', Buffer.of(1)],
      ['user.a', Buffer.of(2)],
    ])
    const other = new Map([
      ['user.a', Buffer.of(2)],
      ['user.b', Buffer.of(1)],
    ])
    expect(tarHeader({ ...PLAIN, xattrs: one })).toEqual(tarHeader({ ...PLAIN, xattrs: other }))
  })

  it('refuses what no tar can hold', () => {
    const xattrs = new Map([['user.a=b', Buffer.of(1)]])
    expect(() => tarHeader({ ...PLAIN, xattrs })).toThrow(expect.objectContaining({ code: 'TAR_UNREPRESENTABLE' }))
    expect(() => tarHeader({ ...PLAIN, type: 'other' })).toThrow(
      expect.objectContaining({ code: 'TAR_UNREPRESENTABLE' }),
    )
  })
})

describe('archives read by others', () => {
  const entries = HEADERS.filter(([, given]) => given.type !== 'block').map(([, given]) => ({
    ...given,
    ...(given.type ? {} : { content: 'x' }),
  }))

  it('are listed by GNU tar and Python with the names, owners and times that were written', () => {
    using temp = new TempDir()
    const file = join(temp.path, 'a.tar')
    writeFileSync(file, makeTar(entries))
    const listed = execFileSync('tar', ['--quoting-style=literal', '-tf', file])
    const names = entries.map(entry => entry.name ?? 'file')
    expect(listed.toString('utf8').split('\n').length - 1).toBe(names.length)
    const script = `
import tarfile, json, sys
print(json.dumps([[m.name, m.uid, m.mtime, sorted(m.pax_headers)] for m in tarfile.open(sys.argv[1])]))`
    const seen = JSON.parse(execFileSync('python3', ['-c', script, file], { encoding: 'utf8' })) as [
      string,
      number,
      number,
      string[],
    ][]
    expect(seen.map(([name]) => name)).toEqual(names.map(name => name.replace(/\/$/, '')))
    expect(seen.map(([, uid]) => uid)).toEqual(entries.map(entry => entry.uid ?? 0))
    expect(seen.map(([, , mtime]) => mtime)).toEqual(entries.map(entry => entry.mtime ?? 1_600_000_000))
  })

  it('are unpacked by GNU tar with xattrs', () => {
    using temp = new TempDir()
    const file = join(temp.path, 'a.tar')
    writeFileSync(
      file,
      makeTar([{ name: 'f', content: 'text', xattrs: new Map([['user.note', Buffer.from('a\nb')]]) }]),
    )
    execFileSync('tar', ['-C', temp.dir('out'), '--xattrs', '--xattrs-include=*', '-xf', file])
    expect(readFileSync(join(temp.path, 'out/f'), 'utf8')).toBe('text')
    const script = 'import os, sys; sys.stdout.write(os.getxattr(sys.argv[1], "user.note").decode())'
    expect(execFileSync('python3', ['-c', script, join(temp.path, 'out/f')], { encoding: 'utf8' })).toBe('a\nb')
  })
})
