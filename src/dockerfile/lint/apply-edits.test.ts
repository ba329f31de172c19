import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { TextEdit } from '../../record/index.ts'
import { applyEdits } from './apply-edits.ts'

function edit(line: number, from: number, to: number, text: string, endLine = line): TextEdit {
  return { range: { startLine: line, endLine, startColumn: from, endColumn: to }, text }
}

describe('applyEdits', () => {
  it.each([
    ['a replacement', 'FROM a as b\n', [[edit(1, 8, 10, 'AS')]], 'FROM a AS b\n'],
    ['an insertion', 'ENV a b\n', [[edit(1, 8, 8, '"')]], 'ENV a b"\n'],
    ['several edits of one fix, in any order', 'ENV a b', [[edit(1, 8, 8, '"'), edit(1, 6, 7, '="')]], 'ENV a="b"'],
    ['a line taken out', 'a \\\n\n b\n', [[edit(2, 1, 1, '', 3)]], 'a \\\n b\n'],
    ['CRLF stays', 'a\r\nb\r\nc\r\n', [[edit(2, 1, 2, 'x')]], 'a\r\nx\r\nc\r\n'],
    ['a CRLF line taken out', 'a\r\n\r\nb\r\n', [[edit(2, 1, 1, '', 3)]], 'a\r\nb\r\n'],
    ['new lines end as the others', 'a\r\nb\r\n', [[edit(1, 2, 2, '\nx')]], 'a\r\nx\r\nb\r\n'],
    ['a byte-order mark stays', '\ufefffrom a\n', [[edit(1, 1, 5, 'FROM')]], '\ufeffFROM a\n'],
    ['the last line without its end', 'a\nb', [[edit(2, 1, 2, 'x')]], 'a\nx'],
    ['the last line taken out', 'a\nb', [[edit(2, 1, 1, '', 3)]], 'a\n'],
    ['across lines', 'a \\\n  b', [[edit(1, 2, 3, '=', 2)]], 'a=b'],
    ['stray bytes', 'a\udcff b', [[edit(1, 4, 5, 'c')]], 'a\udcff c'],
    ['nothing', 'a\n', [], 'a\n'],
  ] as const)('%s', (_, text, fixes, expected) => {
    expect(applyEdits(text, fixes)).toEqual({ text: expected, left: [] })
  })

  it('leaves what overlaps for another round, whole', () => {
    const first = [edit(1, 1, 4, 'x')]
    const second = [edit(1, 3, 5, 'y'), edit(2, 1, 2, 'y')]
    const third = [edit(1, 4, 5, 'z')]
    expect(applyEdits('abcd\ne\n', [first, second, third])).toEqual({ text: 'xz\ne\n', left: [second] })
  })

  it('inserts at a place once', () => {
    const same = [edit(1, 2, 2, '!')]
    expect(applyEdits('a\n', [same, same])).toEqual({ text: 'a!\n', left: [same] })
  })

  it('makes in rounds what it could not make at once', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(20), fc.nat(5)), { maxLength: 8 }), spans => {
        const text = 'abcdefghijklmnopqrstuvwxyz'
        const fixes = spans.map(([from, length]) => [edit(1, from + 1, from + length + 1, '')])
        const { text: once, left } = applyEdits(text, fixes)
        const gone = fixes.filter(fix => !left.includes(fix)).reduce((sum, [only]) => sum + widthOf(only), 0)
        expect(once.length).toBe(text.length - gone)
        expect(left.length).toBeLessThan(Math.max(1, fixes.length))
      }),
    )
  })
})

function widthOf(only: TextEdit | undefined): number {
  return (only?.range.endColumn ?? 0) - (only?.range.startColumn ?? 0)
}
