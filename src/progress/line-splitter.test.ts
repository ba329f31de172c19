import { describe, expect, it } from 'vitest'
import { LineSplitter } from './line-splitter.ts'

describe('LineSplitter', () => {
  it('gives lines when they are complete, whatever the chunks', () => {
    const text = Buffer.from('one\n\ntwo é\nthree')
    for (let size = 1; size < text.length; size++) {
      const splitter = new LineSplitter()
      const lines: string[] = []
      for (let i = 0; i < text.length; i += size) lines.push(...splitter.push(text.subarray(i, i + size)))
      expect(lines).toEqual(['one', '', 'two é'])
      expect(splitter.partial).toBe('three')
      expect(splitter.flush()).toEqual(['three'])
      expect(splitter.flush()).toEqual([])
    }
  })

  it('gives a line without end in pieces that do not cut characters', () => {
    const splitter = new LineSplitter(10)
    const pieces = [
      ...splitter.push(Buffer.from('é'.repeat(50))),
      ...splitter.push(Buffer.from('x\nrest')),
      ...splitter.flush(),
    ]
    expect(pieces.join('')).toBe(`${'é'.repeat(50)}xrest`)
    expect(Math.max(...pieces.map(piece => Buffer.byteLength(piece)))).toBeLessThanOrEqual(10)
  })

  it('keeps bytes that are not UTF-8', () => {
    expect(new LineSplitter().push(Buffer.of(0xff, 0x0a))).toEqual(['\udcff'])
    const splitter = new LineSplitter(4)
    expect(splitter.push(Buffer.alloc(9, 0x80)).join('')).toHaveLength(8)
  })
})
