import { decodeText } from '../../base/text.ts'
import { invalidHeader } from './tar-error.ts'

export type PaxRecord = readonly [key: string, value: Uint8Array]

/** The records of a PAX extended header, in order: `<length> <key>=<value>\n` each (pax(1), "pax Extended Header"). */
export function parsePaxRecords(data: Uint8Array, offset: number): PaxRecord[] {
  const records: PaxRecord[] = []
  let at = 0
  while (at < data.length && data[at] !== 0) {
    const end = at + recordLength(data, at, offset)
    const equals = data.indexOf(0x3d, at)
    const space = data.indexOf(0x20, at)
    if (equals < space || equals >= end || data[end - 1] !== 0x0a)
      throw invalidHeader(offset, 'a PAX record is malformed')
    records.push([decodeText(data.subarray(space + 1, equals)), data.slice(equals + 1, end - 1)])
    at = end
  }
  return records
}

function recordLength(data: Uint8Array, at: number, offset: number): number {
  let length = 0
  let i = at
  for (; i < data.length && i < at + 9; i++) {
    const digit = (data[i] ?? 0) - 0x30
    if (digit < 0 || digit > 9) break
    length = length * 10 + digit
  }
  if (i === at || data[i] !== 0x20 || length < i - at + 3 || at + length > data.length) {
    throw invalidHeader(offset, 'a PAX record has a wrong length')
  }
  return length
}

/** One record; its length counts its own digits. */
export function formatPaxRecord(key: Uint8Array, value: Uint8Array): Buffer {
  const rest = key.length + value.length + 3
  let length = rest + String(rest).length
  length = rest + String(length).length
  return Buffer.concat([Buffer.from(`${length} `), key, Buffer.of(0x3d), value, Buffer.of(0x0a)])
}
