import { TareError } from '../../base/error.ts'
import { printable } from '../../base/source.ts'
import { compareText, encodeText } from '../../base/text.ts'
import type { LayerErrorCode } from '../layer-error.ts'
import type { TarHeader, TarType } from './entry.ts'
import { BLOCK } from './header-block.ts'
import { formatPaxRecord } from './pax.ts'

/** The two zero blocks that end an archive. */
export const TAR_TRAILER: Uint8Array = new Uint8Array(2 * BLOCK)

/** Zero bytes that follow content of `size` bytes. */
export function tarPadding(size: number): number {
  return (BLOCK - (size % BLOCK)) % BLOCK
}

const FLAGS: Readonly<Record<Exclude<TarType, 'other'>, string>> = {
  file: '0',
  hardlink: '1',
  symlink: '2',
  char: '3',
  block: '4',
  dir: '5',
  fifo: '6',
}
const MOST_SIZE = 8 ** 11 - 1
const MOST_ID = 8 ** 7 - 1
const PAX_NAME = '././@PaxHeader'

/**
 * The header block of an entry, with a PAX header before it when ustar cannot say all of it. Canonical: it depends on
 * the header alone; no user names; PAX records sorted by key. Throws `TAR_UNREPRESENTABLE`.
 */
export function tarHeader(header: TarHeader): Buffer {
  const plain = Buffer.alloc(BLOCK)
  if (writePlainHeader(plain, 0, header)) return plain
  const records = paxRecords(header)
  const data = Buffer.concat(records.map(([key, value]) => formatPaxRecord(encodeText(key), value)))
  const out = Buffer.alloc(BLOCK + data.length + tarPadding(data.length) + BLOCK)
  writeBlock(out, 0, {
    name: PAX_NAME,
    linkname: '',
    flag: 'x',
    mode: 0o644,
    uid: 0,
    gid: 0,
    size: data.length,
    mtime: 0,
    device: [0, 0],
  })
  data.copy(out, BLOCK)
  writeFallback(out, out.length - BLOCK, header)
  return out
}

/** Writes the one block of a header that fits ustar at `at` of a zeroed buffer; false, and nothing written, when it needs PAX. */
export function writePlainHeader(out: Buffer, at: number, header: TarHeader): boolean {
  if (header.xattrs.size > 0 || needsNumberRecords(header)) return false
  if (!isAscii(header.linkname) || header.linkname.length > 100 || !isAscii(header.name)) return false
  const split = header.name.length <= 100 ? 0 : splitPoint(header.name)
  if (split === undefined) return false
  const name = split === 0 ? header.name : header.name.slice(split + 1)
  writeBlock(out, at, { ...header, name, flag: flagOf(header) }, split === 0 ? '' : header.name.slice(0, split))
  return true
}

function flagOf(header: TarHeader): string {
  if (header.type === 'other') throw unrepresentable(header, 'it has no known type')
  return FLAGS[header.type]
}

function unrepresentable(header: TarHeader, cause: string): TareError<LayerErrorCode> {
  return new TareError('TAR_UNREPRESENTABLE', `writing tar entry ${printable(header.name)}: ${cause}`)
}

function needsNumberRecords(header: TarHeader): boolean {
  return (
    header.size > MOST_SIZE ||
    header.uid > MOST_ID ||
    header.gid > MOST_ID ||
    header.mtime < 0 ||
    header.mtime > MOST_SIZE
  )
}

function paxRecords(header: TarHeader): [string, Uint8Array][] {
  const records: [string, Uint8Array][] = []
  const put = (key: string, value: string): number => records.push([key, encodeText(value)])
  if (!isAscii(header.name) || (header.name.length > 100 && splitPoint(header.name) === undefined))
    put('path', header.name)
  if (!isAscii(header.linkname) || header.linkname.length > 100) put('linkpath', header.linkname)
  if (header.size > MOST_SIZE) put('size', String(header.size))
  if (header.uid > MOST_ID) put('uid', String(header.uid))
  if (header.gid > MOST_ID) put('gid', String(header.gid))
  if (header.mtime < 0 || header.mtime > MOST_SIZE) put('mtime', String(header.mtime))
  for (const [name, value] of header.xattrs) {
    if (name.includes('=')) throw unrepresentable(header, `PAX has no way to write the xattr name ${printable(name)}`)
    records.push([`SCHILY.xattr.${name}`, value])
  }
  return records.sort(([a], [b]) => compareText(a, b))
}

/** The block behind a PAX header: as much of the truth as fits, for readers that know no PAX. */
function writeFallback(out: Buffer, at: number, header: TarHeader): void {
  const split = isAscii(header.name) && header.name.length > 100 ? splitPoint(header.name) : undefined
  const block = {
    ...header,
    name: split === undefined ? header.name : header.name.slice(split + 1),
    flag: flagOf(header),
    size: header.size > MOST_SIZE ? 0 : header.size,
    uid: header.uid > MOST_ID ? 0 : header.uid,
    gid: header.gid > MOST_ID ? 0 : header.gid,
    mtime: header.mtime < 0 || header.mtime > MOST_SIZE ? 0 : header.mtime,
  }
  writeBlock(out, at, block, split === undefined ? '' : header.name.slice(0, split))
}

/** The slash that ends the longest prefix ustar can hold (155 bytes, the name 100); undefined when there is none. */
function splitPoint(name: string): number | undefined {
  if (name.length > 256) return undefined
  const slash = name.lastIndexOf('/', Math.min(155, name.length - 2))
  return slash > 0 && name.length - slash - 1 <= 100 ? slash : undefined
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 126) return false
  return true
}

interface Block {
  readonly name: string
  readonly linkname: string
  readonly flag: string
  readonly mode: number
  readonly uid: number
  readonly gid: number
  readonly size: number
  readonly mtime: number
  readonly device: readonly [number, number]
}

/** POSIX ustar interchange format, with `00` as version and numbers in octal with leading zeros and a final NUL. */
function writeBlock(out: Buffer, at: number, block: Block, prefix = ''): void {
  writeName(out, at, block.name)
  octal(out, at + 100, 7, block.mode)
  octal(out, at + 108, 7, block.uid)
  octal(out, at + 116, 7, block.gid)
  octal(out, at + 124, 11, block.size)
  octal(out, at + 136, 11, block.mtime)
  out[at + 156] = block.flag.charCodeAt(0)
  if (block.linkname !== '') writeName(out, at + 157, block.linkname)
  out.write('ustar', at + 257, 'latin1')
  out[at + 263] = 0x30
  out[at + 264] = 0x30
  octal(out, at + 329, 7, block.device[0])
  octal(out, at + 337, 7, block.device[1])
  if (prefix !== '') out.write(prefix, at + 345, 'latin1')
  let sum = 8 * 0x20
  for (let i = at; i < at + BLOCK; i++) sum += out[i] ?? 0
  octal(out, at + 148, 6, sum)
  out[at + 155] = 0x20
}

function writeName(out: Buffer, at: number, name: string): void {
  if (name.length <= 100 && isAscii(name)) out.write(name, at, 'latin1')
  else encodeText(name).copy(out, at, 0, 100)
}

function octal(out: Buffer, at: number, digits: number, value: number): void {
  for (let i = at + digits - 1; i >= at; i--) {
    const rest = Math.floor(value / 8)
    out[i] = 0x30 + (value - rest * 8)
    value = rest
  }
}
