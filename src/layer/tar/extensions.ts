import { decodeText } from '../../base/text.ts'
import type { ByteReader } from './byte-reader.ts'
import { BLOCK, type HeaderBlock } from './header-block.ts'
import { parseDecimal, parsePaxTime } from './number.ts'
import { type PaxRecord, parsePaxRecords } from './pax.ts'
import { invalidHeader, tarError, truncated } from './tar-error.ts'

/** PAX headers and GNU long names larger than this are a bomb; Go's archive/tar has the same limit. */
const MOST_EXTENSION_BYTES = 1024 * 1024

const XATTR_PREFIX = 'SCHILY.xattr.'

/** What `x`, `g`, `L` and `K` entries say about the entry that follows them. */
export class Extensions {
  #global = new Map<string, Uint8Array>()
  #local: PaxRecord[] = []
  #longName: string | undefined
  #longLink: string | undefined
  #bytes = 0

  /** Takes in an extension entry; false when the block is an entry of its own. */
  async absorb(block: HeaderBlock, reader: ByteReader, offset: number): Promise<boolean> {
    const kind = block.flag === 'X' ? 'x' : block.flag
    if (kind !== 'x' && kind !== 'g' && kind !== 'L' && kind !== 'K') return false
    const data = await this.#readData(block.size, reader, offset)
    if (kind === 'L') this.#longName = untilNul(data)
    else if (kind === 'K') this.#longLink = untilNul(data)
    else if (kind === 'x') this.#local.push(...parsePaxRecords(data, offset))
    else this.#absorbGlobal(parsePaxRecords(data, offset), offset)
    return true
  }

  /** True when extensions wait for an entry that has not come. */
  get pending(): boolean {
    return this.#bytes > 0
  }

  async #readData(size: number, reader: ByteReader, offset: number): Promise<Uint8Array> {
    this.#bytes += BLOCK + size
    if (this.#bytes > MOST_EXTENSION_BYTES) {
      throw tarError(
        'TAR_HEADER_TOO_LARGE',
        offset,
        `the extended header of one entry is larger than ${MOST_EXTENSION_BYTES} bytes`,
      )
    }
    const data = await reader.take(Math.ceil(size / BLOCK) * BLOCK)
    if (data.length < size) throw truncated(reader.offset)
    return data.subarray(0, size)
  }

  #absorbGlobal(records: readonly PaxRecord[], offset: number): void {
    for (const [key, value] of records) this.#global.set(key, value)
    let held = 0
    for (const [key, value] of this.#global) held += key.length + value.length
    if (held > MOST_EXTENSION_BYTES)
      throw tarError('TAR_HEADER_TOO_LARGE', offset, 'the global extended headers are too large')
    this.#bytes = 0
  }

  /** The records in force for the entry at hand, with the values it ends up with, and makes ready for the next entry. */
  finish(block: HeaderBlock, offset: number): ExtendedHeader {
    const values = new Map(this.#global)
    for (const [key, value] of this.#local) values.set(key, value)
    const records = [...this.#global, ...this.#local]
    const result = applyRecords(
      { ...block, name: this.#longName ?? block.name, linkname: this.#longLink ?? block.linkname },
      values,
      offset,
    )
    this.#local = []
    this.#longName = undefined
    this.#longLink = undefined
    this.#bytes = 0
    return { ...result, records, values }
  }

  /** True when the next entry is described by its header block alone. */
  get none(): boolean {
    return this.#bytes === 0 && this.#global.size === 0
  }
}

export interface ExtendedHeader {
  readonly block: HeaderBlock
  readonly xattrs: ReadonlyMap<string, Uint8Array>
  readonly records: readonly PaxRecord[]
  readonly values: ReadonlyMap<string, Uint8Array>
}

function applyRecords(
  block: HeaderBlock,
  values: ReadonlyMap<string, Uint8Array>,
  offset: number,
): Pick<ExtendedHeader, 'block' | 'xattrs'> {
  const name = (key: string): string | undefined => {
    const value = values.get(key)
    if (value === undefined || value.length === 0) return undefined
    if (value.includes(0)) throw invalidHeader(offset, `the PAX record ${key} holds a NUL byte`)
    return decodeText(value)
  }
  const number = (key: string, parse: (text: string) => number | undefined): number | undefined => {
    const value = values.get(key)
    if (value === undefined || value.length === 0) return undefined
    const parsed = parse(decodeText(value))
    if (parsed === undefined) throw invalidHeader(offset, `the PAX record ${key} is not a number`)
    return parsed
  }
  const xattrs = new Map<string, Uint8Array>()
  for (const [key, value] of values) {
    if (key.startsWith(XATTR_PREFIX) && key.length > XATTR_PREFIX.length)
      xattrs.set(key.slice(XATTR_PREFIX.length), value)
  }
  return {
    block: {
      ...block,
      name: name('GNU.sparse.name') ?? name('path') ?? block.name,
      linkname: name('linkpath') ?? block.linkname,
      size: number('size', parseDecimal) ?? block.size,
      uid: number('uid', parseDecimal) ?? block.uid,
      gid: number('gid', parseDecimal) ?? block.gid,
      mtime: number('mtime', parsePaxTime) ?? block.mtime,
    },
    xattrs,
  }
}

function untilNul(data: Uint8Array): string {
  const end = data.indexOf(0)
  return decodeText(end < 0 ? data : data.subarray(0, end))
}
