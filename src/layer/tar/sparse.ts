import type { Bytes } from '../../oci/index.ts'
import type { ByteReader } from './byte-reader.ts'
import type { Extent } from './entry.ts'
import { BLOCK } from './header-block.ts'
import { parseDecimal, parseNumberField } from './number.ts'
import type { PaxRecord } from './pax.ts'
import { invalidHeader, tarError, truncated } from './tar-error.ts'

/** More pieces than any file has for good reason; each costs memory before a byte is unpacked. */
const MOST_EXTENTS = 262_144

export interface SparseMap {
  readonly extents: Extent[]
  readonly size: number
  /** Bytes of the entry's data that the map itself took up. */
  readonly mapBytes: number
}

/** GNU's old format, type `S`: four pieces in the header (offset 386), more in extension blocks after it. */
export async function readOldSparse(header: Uint8Array, reader: ByteReader, offset: number): Promise<SparseMap> {
  const size = parseNumberField(header, 483, 12)
  const extents: Extent[] = []
  readTable(header, 386, 4, extents, offset)
  let extended = header[482] !== 0
  while (extended) {
    const block = await reader.take(BLOCK)
    if (block.length < BLOCK) throw truncated(reader.offset)
    readTable(block, 0, 21, extents, offset)
    extended = block[504] !== 0
  }
  return { extents: checkExtents(extents, size, offset), size: size ?? 0, mapBytes: 0 }
}

function readTable(block: Uint8Array, start: number, count: number, extents: Extent[], offset: number): void {
  for (let i = 0; i < count; i++) {
    const at = start + i * 24
    if (block[at] === 0) return
    const from = parseNumberField(block, at, 12)
    const length = parseNumberField(block, at + 12, 12)
    if (from === undefined || length === undefined) throw invalidHeader(offset, 'a sparse map is malformed')
    addExtent(extents, from, length, offset)
  }
}

function addExtent(extents: Extent[], from: number, length: number, offset: number): void {
  if (extents.length >= MOST_EXTENTS)
    throw tarError('TAR_HEADER_TOO_LARGE', offset, `a sparse map has more than ${MOST_EXTENTS} pieces`)
  extents.push({ offset: from, length })
}

/** The sparse map of PAX formats 0.0 and 0.1, which is in the records; undefined when there is none. */
export function paxSparseMap(records: readonly PaxRecord[], offset: number): SparseMap | undefined {
  const numbers: string[] = []
  let size: string | undefined
  for (const [key, value] of records) {
    const text = Buffer.from(value).toString('latin1')
    if (key === 'GNU.sparse.size') size = text
    else if (key === 'GNU.sparse.offset' || key === 'GNU.sparse.numbytes') numbers.push(text)
    else if (key === 'GNU.sparse.map') numbers.splice(0, numbers.length, ...text.split(','))
  }
  if (size === undefined) return undefined
  const realSize = parseDecimal(size)
  return { extents: checkExtents(pairUp(numbers, offset), realSize, offset), size: realSize ?? 0, mapBytes: 0 }
}

/** PAX format 1.0: the map stands before the data, as decimal lines filled up to whole blocks. */
export async function readSparseMap10(
  reader: ByteReader,
  available: number,
  realSize: number | undefined,
  offset: number,
): Promise<SparseMap> {
  const numbers: string[] = []
  let mapBytes = 0
  let rest = ''
  let wanted = 1
  while (numbers.length < wanted) {
    if (mapBytes + BLOCK > available) throw invalidHeader(offset, 'a sparse map is malformed')
    const block = await reader.take(BLOCK)
    if (block.length < BLOCK) throw truncated(reader.offset)
    mapBytes += BLOCK
    const lines = (rest + Buffer.from(block).toString('latin1')).split('\n')
    rest = lines.pop() ?? ''
    if (rest.length > 32 && numbers.length + lines.length < wanted)
      throw invalidHeader(offset, 'a sparse map is malformed')
    for (const line of lines) if (numbers.length < wanted) numbers.push(line)
    if (wanted === 1 && numbers.length === 1) {
      const count = parseDecimal(numbers[0] ?? '')
      if (count === undefined) throw invalidHeader(offset, 'a sparse map is malformed')
      if (count > MOST_EXTENTS)
        throw tarError('TAR_HEADER_TOO_LARGE', offset, `a sparse map has more than ${MOST_EXTENTS} pieces`)
      wanted = 1 + 2 * count
      for (const line of lines.slice(1)) if (numbers.length < wanted) numbers.push(line)
    }
  }
  return { extents: checkExtents(pairUp(numbers.slice(1), offset), realSize, offset), size: realSize ?? 0, mapBytes }
}

function pairUp(numbers: readonly string[], offset: number): Extent[] {
  const extents: Extent[] = []
  for (let i = 0; i < numbers.length; i += 2) {
    const from = parseDecimal(numbers[i] ?? '')
    const length = parseDecimal(numbers[i + 1] ?? '')
    if (from === undefined || length === undefined) throw invalidHeader(offset, 'a sparse map is malformed')
    addExtent(extents, from, length, offset)
  }
  return extents
}

/** Ascending, without overlap, inside the file. GNU ends a map with an empty piece at the file's end. */
function checkExtents(extents: readonly Extent[], size: number | undefined, offset: number): Extent[] {
  if (size === undefined || size < 0) throw invalidHeader(offset, 'a sparse file has no valid size')
  let end = 0
  for (const extent of extents) {
    if (extent.offset < end || extent.length < 0 || extent.offset + extent.length > size) {
      throw invalidHeader(offset, 'a sparse map does not fit its file')
    }
    end = extent.offset + extent.length
  }
  return extents.filter(extent => extent.length > 0)
}

const ZEROS = new Uint8Array(65_536)

/** A sparse file's bytes, the holes between its pieces as zeros. */
export async function* expandSparse(
  stored: Bytes,
  extents: readonly Extent[],
  size: number,
): AsyncGenerator<Uint8Array> {
  let at = 0
  let index = 0
  for await (let piece of stored) {
    while (piece.length > 0) {
      const extent = extents[index]
      if (extent === undefined) return
      yield* zeros(extent.offset - at)
      at = Math.max(at, extent.offset)
      const part = piece.subarray(0, extent.offset + extent.length - at)
      yield part
      at += part.length
      piece = piece.subarray(part.length)
      if (at === extent.offset + extent.length) index++
    }
  }
  yield* zeros(size - at)
}

function* zeros(count: number): Generator<Uint8Array> {
  for (let left = count; left > 0; left -= ZEROS.length) yield left >= ZEROS.length ? ZEROS : ZEROS.subarray(0, left)
}
