import { describe, expect, it } from 'vitest'
import { formatExcerpt, printable } from './source.ts'

const FILE = { name: 'Dockerfile', lines: ['FROM alpine', 'RUM echo hi', 'CMD ["x"]', 'USER a', 'USER b'] }

describe('formatExcerpt', () => {
  it('numbers lines, marks the faulty one and points at the column', () => {
    expect(formatExcerpt(FILE, { startLine: 2, endLine: 2, startColumn: 1, endColumn: 4 })).toBe(
      [
        'Dockerfile:2',
        '--------------------',
        '   1 |     FROM alpine',
        '   2 | >>> RUM echo hi',
        '     |     ^^^',
        '   3 |     CMD ["x"]',
        '   4 |     USER a',
        '--------------------',
      ].join('\n'),
    )
  })

  it('marks every line of a range and stays inside the file', () => {
    const text = formatExcerpt(FILE, { startLine: 4, endLine: 9 })
    expect(text.match(/>>>/g)).toHaveLength(2)
  })
})

describe('printable', () => {
  it.each([
    ['a\tb', 'a b'],
    ['\u001b[31mred', '\\x1b[31mred'],
    ['\u009b31m', '\\x9b31m'],
    ['caf\udce9', 'caf\\xe9'],
    ['caf\u00e9 \u{1f600}', 'caf\u00e9 \u{1f600}'],
  ])('makes %j safe for a terminal', (text, safe) => {
    expect(printable(text)).toBe(safe)
  })
})
