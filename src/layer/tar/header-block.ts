import { decodeText } from '../../base/text.ts'
import { parseNumberField } from './number.ts'
import { invalidHeader } from './tar-error.ts'

export const BLOCK = 512

/** A header block as it stands, before PAX and GNU extensions change what it says. */
export interface HeaderBlock {
  readonly flag: string
  readonly name: string
  readonly linkname: string
  readonly mode: number
  readonly uid: number
  readonly gid: number
  readonly size: number
  readonly mtime: number
  readonly device: readonly [number, number]
}

export function isZeroBlock(block: Uint8Array): boolean {
  for (let i = 0; i < BLOCK; i++) if (block[i] !== 0) return false
  return true
}

/** Whether the block's checksum is right, counted with unsigned or (as old tars did) with signed bytes. */
export function hasChecksum(block: Uint8Array): boolean {
  const stored = parseNumberField(block, 148, 8)
  let unsigned = 8 * 0x20
  let high = 0
  for (let i = 0; i < BLOCK; i++) {
    if (i === 148) i = 156
    const byte = block[i] ?? 0
    unsigned += byte
    if (byte > 127) high++
  }
  return stored === unsigned || stored === unsigned - 256 * high
}

/** Reads V7, ustar, star and GNU headers. Throws `TAR_INVALID_HEADER`. */
export function parseHeaderBlock(block: Uint8Array, offset: number): HeaderBlock {
  if (!hasChecksum(block)) throw invalidHeader(offset, 'the checksum of a header is wrong')
  const magic = ascii(block, 257, 6)
  const known = magic === 'ustar\0' || magic === 'ustar '
  const field = (start: number, length: number, what: string): number => {
    const value = parseNumberField(block, start, length)
    if (value === undefined) throw invalidHeader(offset, `the ${what} of a header is not a number`)
    return value
  }
  const size = field(124, 12, 'size')
  if (size < 0) throw invalidHeader(offset, 'the size of a header is negative')
  return {
    flag: String.fromCharCode(block[156] ?? 0),
    name: withPrefix(block, magic, text(block, 0, 100)),
    linkname: text(block, 157, 100),
    mode: field(100, 8, 'mode') & 0o7777,
    uid: field(108, 8, 'uid'),
    gid: field(116, 8, 'gid'),
    size,
    mtime: field(136, 12, 'mtime'),
    device: known && isDevice(block) ? [field(329, 8, 'device'), field(337, 8, 'device')] : [0, 0],
  }
}

function isDevice(block: Uint8Array): boolean {
  return block[156] === 0x33 || block[156] === 0x34
}

/** GNU headers keep other things where ustar has its prefix; star uses the end of it. */
function withPrefix(block: Uint8Array, magic: string, name: string): string {
  if (magic !== 'ustar\0') return name
  const prefix = text(block, 345, ascii(block, 508, 4) === 'tar\0' ? 131 : 155)
  return prefix === '' ? name : `${prefix}/${name}`
}

/** A field up to its first NUL. */
function text(block: Uint8Array, start: number, length: number): string {
  let end = start
  while (end < start + length && block[end] !== 0) end++
  return end === start ? '' : decodeText(block.subarray(start, end))
}

function ascii(block: Uint8Array, start: number, length: number): string {
  return String.fromCharCode(...block.subarray(start, start + length))
}
