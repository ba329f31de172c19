import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  closeSync,
  linkSync,
  lutimesSync,
  mkdirSync,
  openSync,
  readFileSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { makeNode, setXattr } from '../../host/index.ts'
import { inPieces, makeTar } from '../../testkit/make-tar.ts'
import { readAll } from '../../testkit/read-all.ts'
import { TempDir } from '../../testkit/temp-dir.ts'
import type { TarHeader } from './entry.ts'
import { readTar } from './read.ts'

interface Read {
  readonly header: TarHeader
  readonly content: Buffer
}

async function readEntries(archive: Uint8Array, pieces = 65_536): Promise<Read[]> {
  const entries: Read[] = []
  for await (const entry of readTar(inPieces(archive, pieces))) {
    entries.push({ header: entry.header, content: await readAll(entry.content) })
  }
  return entries
}

const isRoot = process.getuid?.() === 0
const LONG = `${'d'.repeat(90)}/${'n'.repeat(150)}`

/** A tree with a bit of everything that `format` can hold. */
function sampleDir(temp: TempDir, long: boolean): string {
  const dir = temp.dir('in')
  writeFileSync(join(dir, 'plain'), 'hello\n')
  chmodSync(join(dir, 'plain'), 0o4755)
  writeFileSync(Buffer.concat([Buffer.from(`${dir}/raw`), Buffer.of(0xff, 0xe4)]), 'raw')
  symlinkSync('plain', join(dir, 'soft'))
  linkSync(join(dir, 'plain'), join(dir, 'zlink'))
  mkdirSync(join(dir, 'sub'))
  writeFileSync(join(dir, 'sub/big'), Buffer.alloc(100_000, 'x'))
  lutimesSync(join(dir, 'plain'), 1_234_567_890, 1_234_567_890)
  if (isRoot) makeNode(join(dir, 'null'), 'char', 0o666, [1, 3])
  makeNode(join(dir, 'pipe'), 'fifo', 0o600)
  if (!long) return dir
  mkdirSync(join(dir, 'd'.repeat(90)))
  writeFileSync(join(dir, LONG), 'long')
  symlinkSync('t'.repeat(180), join(dir, 'longlink'))
  return dir
}

function gnuTar(dir: string, ...options: string[]): Buffer {
  return execFileSync('tar', ['-C', dir, '--sort=name', '-cf', '-', ...options, '.'], { maxBuffer: 2 ** 28 })
}

describe('archives made by GNU tar', () => {
  it.each(['v7', 'oldgnu', 'gnu', 'ustar', 'posix'])('reads format %s, whatever pieces it comes in', async format => {
    using temp = new TempDir()
    const dir = sampleDir(temp, format !== 'v7' && format !== 'ustar')
    const options = format === 'v7' ? ['--exclude=./null', '--exclude=./pipe'] : []
    const archive = gnuTar(dir, `--format=${format}`, ...options)
    for (const pieces of [7, 512, 65_536]) {
      const read = new Map((await readEntries(archive, pieces)).map(entry => [entry.header.name, entry]))
      expect(read.get('./plain')?.header).toMatchObject({ type: 'file', mode: 0o4755, size: 6, mtime: 1_234_567_890 })
      expect(read.get('./plain')?.content.toString()).toBe('hello\n')
      expect(read.get('./raw\udcff\udce4')?.content.toString()).toBe('raw')
      expect(read.get('./soft')?.header).toMatchObject({ type: 'symlink', linkname: 'plain' })
      expect(read.get('./zlink')?.header).toMatchObject({ type: 'hardlink', linkname: './plain', size: 0 })
      expect(read.get('./sub/')?.header.type).toBe('dir')
      expect(read.get('./sub/big')?.content.equals(Buffer.alloc(100_000, 'x'))).toBe(true)
      if (format === 'v7') continue
      expect(read.get('./pipe')?.header.type).toBe('fifo')
      if (isRoot) expect(read.get('./null')?.header).toMatchObject({ type: 'char', device: [1, 3] })
      if (format === 'ustar') continue
      expect(read.get(`./${LONG}`)?.content.toString()).toBe('long')
      expect(read.get('./longlink')?.header.linkname).toBe('t'.repeat(180))
    }
  })

  it.each([
    ['oldgnu', []],
    ['gnu', []],
    ['posix', ['--sparse-version=0.0']],
    ['posix', ['--sparse-version=0.1']],
    ['posix', ['--sparse-version=1.0']],
  ])('reads sparse files, format %s %j', async (format, options) => {
    using temp = new TempDir()
    const dir = temp.dir('in')
    const file = join(dir, 'holes')
    const fd = openSync(file, 'w')
    for (let i = 0; i < 40; i++) writeSync(fd, `data ${i}`, i * 65_536 + 4096)
    closeSync(fd)
    truncateSync(file, 5_000_000)
    const archive = gnuTar(dir, `--format=${format}`, '--sparse', ...options)
    expect(archive.length).toBeLessThan(1_000_000)
    const holes = (await readEntries(archive, 1000)).find(entry => entry.header.name.endsWith('holes'))
    expect(holes?.header).toMatchObject({ name: './holes', size: 5_000_000 })
    expect(holes?.content.equals(readFileSync(file))).toBe(true)
  })

  it.skipIf(!isRoot)('reads binary xattrs and ids that need PAX or base-256', async () => {
    using temp = new TempDir()
    const dir = temp.dir('in')
    const value = Buffer.of(0, 1, 255, 10, 61, 0)
    writeFileSync(join(dir, 'f'), '')
    setXattr(join(dir, 'f'), 'user.note', value)
    execFileSync('chown', ['3000000:3000001', join(dir, 'f')])
    const posix = (await readEntries(gnuTar(dir, '--format=posix', '--xattrs'))).find(
      entry => entry.header.name === './f',
    )
    expect(posix?.header).toMatchObject({ uid: 3_000_000, gid: 3_000_001 })
    expect(Buffer.from(posix?.header.xattrs.get('user.note') ?? []).equals(value)).toBe(true)
    const gnu = (await readEntries(gnuTar(dir, '--format=gnu'))).find(entry => entry.header.name === './f')
    expect(gnu?.header).toMatchObject({ uid: 3_000_000, gid: 3_000_001 })
  })

  it('passes over the label of an archive', async () => {
    using temp = new TempDir()
    const dir = temp.dir('in')
    writeFileSync(join(dir, 'f'), 'f')
    const read = await readEntries(gnuTar(dir, '--format=gnu', '--label=backup of today'))
    expect(read.map(entry => entry.header.name)).toEqual(['./', './f'])
  })
})

describe('archives made by Python', () => {
  it('reads a global PAX header, negative and fractional times, and large sizes', async () => {
    const script = `
import tarfile, io, sys
out = tarfile.open(fileobj=sys.stdout.buffer, mode='w|', format=tarfile.PAX_FORMAT, pax_headers={'mtime': '77.9'})
one = tarfile.TarInfo('one'); one.mtime = -12.5; one.size = 3
out.addfile(one, io.BytesIO(b'abc'))
two = tarfile.TarInfo('sch\\u00f6n'); two.pax_headers = {'SCHILY.xattr.user.a': 'b'}
out.addfile(two)
out.close()`
    const read = await readEntries(execFileSync('python3', ['-c', script]))
    expect(read.map(entry => entry.header.name)).toEqual(['one', 'schön'])
    expect(read[0]?.header.mtime).toBe(-13)
    expect(read[1]?.header.mtime).toBe(77)
    expect(read[1]?.header.xattrs.get('user.a')).toEqual(Buffer.from('b'))
  })
})

describe('where an archive ends', () => {
  const archive = makeTar([{ name: 'a', content: 'A' }])

  it('ends at the first zero block, whatever follows', async () => {
    const garbage = Buffer.concat([archive.subarray(0, -512), Buffer.from('garbage of any length')])
    expect(await readEntries(garbage)).toHaveLength(1)
    expect(await readEntries(Buffer.concat([archive, Buffer.alloc(10_240)]))).toHaveLength(1)
  })

  it('needs no trailer', async () => {
    expect(await readEntries(archive.subarray(0, -1024))).toHaveLength(1)
    expect(await readEntries(Buffer.alloc(0))).toHaveLength(0)
  })
})

describe('broken and hostile archives', () => {
  const archive = makeTar([{ name: 'a', content: 'A'.repeat(600) }, { name: 'b'.repeat(300) }])

  it.each([100, 700, 1600, 2100, 2600])('is told when it breaks off at byte %i', async length => {
    await expect(readEntries(archive.subarray(0, length))).rejects.toMatchObject({ code: 'TAR_TRUNCATED' })
  })

  it('says at which offset a checksum is wrong', async () => {
    const broken = Buffer.from(archive)
    broken[1536 + 10] = 1
    await expect(readEntries(broken)).rejects.toMatchObject({ code: 'TAR_INVALID_HEADER', facts: { offset: 1536 } })
    await expect(readEntries(Buffer.from('not a tar at all'.repeat(100)))).rejects.toMatchObject({
      code: 'TAR_INVALID_HEADER',
    })
  })

  it('refuses an extended header that is a bomb, before holding it', async () => {
    const bomb = Buffer.from(archive.subarray(1536, 2048))
    bomb.write('77777777777', 124)
    fixChecksum(bomb)
    await expect(readEntries(bomb)).rejects.toMatchObject({ code: 'TAR_HEADER_TOO_LARGE' })
  })

  it.each(['6 a=\n', '99 path=a\n', 'x path=a\n', '11 path=ab', '10 path=a\0\n'])(
    'refuses the PAX record %j',
    async record => {
      await expect(readEntries(withPax(record))).rejects.toMatchObject({ code: 'TAR_INVALID_HEADER' })
    },
  )

  it.each(['size=-1', 'size=1e3', 'size=99999999999999999999', 'uid=x', 'mtime=now'])(
    'refuses the PAX value %s',
    async text => {
      await expect(readEntries(withPax(paxRecord(text)))).rejects.toMatchObject({ code: 'TAR_INVALID_HEADER' })
    },
  )

  it.each(['0,10,5,10', '10,10', '0,10,0', '-1,3', '0,9007199254740993'])('refuses the sparse map %s', async map => {
    const records = paxRecord('GNU.sparse.size=15') + paxRecord(`GNU.sparse.map=${map}`)
    await expect(readEntries(withPax(records))).rejects.toMatchObject({ code: 'TAR_INVALID_HEADER' })
  })
})

function paxRecord(text: string): string {
  const rest = text.length + 2
  const length = rest + String(rest + 2).length
  return `${length} ${text}\n`
}

/** An archive of one file that `records` describe. */
function withPax(records: string): Buffer {
  const [header] = [makeTar([{ name: 'pax', content: records }])]
  header[156] = 'x'.charCodeAt(0)
  fixChecksum(header)
  return Buffer.concat([header.subarray(0, -1024), makeTar([{ name: 'f' }])])
}

function fixChecksum(header: Buffer): void {
  header.write('        ', 148)
  const sum = header.subarray(0, 512).reduce((total, byte) => total + byte, 0)
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
}
