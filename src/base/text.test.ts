import { describe, expect, it } from 'vitest'
import { compareText, decodeText, encodeText, toFsPath } from './text.ts'

describe('text that may not be UTF-8', () => {
  it('survives the way in and out, whatever the bytes', () => {
    const cases = [
      [],
      [0x61],
      [0xff],
      [0xc3, 0xa9],
      [0xc3],
      [0x61, 0xe4, 0x62],
      [0xf0, 0x9f, 0x98, 0x80],
      [0xed, 0xa0, 0x80],
    ]
    for (const bytes of cases) expect([...encodeText(decodeText(Uint8Array.from(bytes)))]).toEqual(bytes)
  })
  it('survives for every pair of bytes', () => {
    for (let a = 0; a < 256; a++)
      for (let b = 0; b < 256; b += 5) expect([...encodeText(decodeText(Uint8Array.of(a, b)))]).toEqual([a, b])
  })
  it('gives node:fs a string when it can', () => {
    expect(toFsPath('é')).toBe('é')
    expect(toFsPath('a\udcff')).toEqual(Buffer.of(0x61, 0xff))
  })
  it('orders by bytes, not by UTF-16 units', () => {
    const names = ['\u{1f600}', '\uffee', 'z', 'a', '\udcff', 'ab']
    const byBytes = [...names].sort((a, b) => Buffer.compare(encodeText(a), encodeText(b)))
    expect([...names].sort(compareText)).toEqual(byBytes)
  })
})
