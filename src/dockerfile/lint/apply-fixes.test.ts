import { describe, expect, it } from 'vitest'
import type { TextEdit } from '../../record/index.ts'
import { applyFixes } from './apply-fixes.ts'

function edit(startLine: number, startColumn: number, endLine: number, endColumn: number, text: string): TextEdit {
  return { range: { startLine, startColumn, endLine, endColumn }, text }
}

describe('applyFixes', () => {
  it.each([
    ['replaces', 'FROM a\nRUN b\n', [[edit(1, 6, 1, 7, 'c')]], 'FROM c\nRUN b\n'],
    ['inserts', 'RUN b', [[edit(1, 6, 1, 6, ' && c')]], 'RUN b && c'],
    ['takes out over lines', 'a \\\n  b\nc\n', [[edit(1, 2, 2, 3, ' ')]], 'a b\nc\n'],
    ['does several of one fix', 'abc', [[edit(1, 3, 1, 4, 'C'), edit(1, 1, 1, 2, 'A')]], 'AbC'],
    ['keeps line ends', 'a\r\nb\r\n', [[edit(1, 2, 1, 2, '\nx')]], 'a\r\nx\r\nb\r\n'],
    ['keeps a byte-order mark', '\ufeffFROM a\n', [[edit(1, 1, 1, 5, 'from')]], '\ufefffrom a\n'],
    ['works at the end', 'a\n', [[edit(1, 2, 2, 1, '')]], 'a'],
  ])('%s', (_, text, fixes, after) => {
    expect(applyFixes(text, fixes)).toEqual({ text: after, applied: fixes.map((_, i) => i) })
  })

  it('leaves out what touches an earlier fix, whole', () => {
    const fixes = [[edit(1, 1, 1, 3, 'AB')], [edit(1, 2, 1, 3, 'x'), edit(1, 5, 1, 6, 'E')], [edit(1, 5, 1, 6, 'Y')]]
    expect(applyFixes('abcdef', fixes)).toEqual({ text: 'ABcdYf', applied: [0, 2] })
  })

  it('leaves out a place that is not there', () => {
    expect(applyFixes('a', [[edit(3, 1, 3, 2, 'x')], [edit(1, 1, 1, 9, 'x')]])).toEqual({ text: 'a', applied: [] })
  })
})
