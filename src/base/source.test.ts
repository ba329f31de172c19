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

  it('shortens what is very long or very tall', () => {
    const wide = formatExcerpt({ name: 'f', lines: ['x'.repeat(5000)] }, { startLine: 1, endLine: 1 })
    expect(wide).toContain(`${'x'.repeat(1000)} ... 4000 more characters`)
    const lines = Array.from({ length: 500 }, (_, i) => `line ${i + 1}`)
    const tall = formatExcerpt({ name: 'f', lines }, { startLine: 1, endLine: 500 }).split('\n')
    expect(tall).toHaveLength(65)
    expect(tall.slice(-3)).toEqual(['     | ... 439 more lines', ' 500 | >>> line 500', '--------------------'])
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
