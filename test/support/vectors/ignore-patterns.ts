import { deepStrictEqual as equal } from 'node:assert/strict'
import { normalizeIgnoreLine } from '../../../src/dockerfile/ignore/parse-ignore.ts'
import { compileIgnore } from '../../../src/dockerfile/index.ts'
import { mustRefuse } from './must-refuse.ts'
import { NotApplicable, type Row, type VectorSet } from './vector-set.ts'

export const IGNORE_PATTERNS: VectorSet = {
  file: 'ignore_vectors',
  title: 'Ignore patterns',
  groupOf: row => row.api,
  nameOf: row => `${row.suite} ${JSON.stringify(row.patterns)} ${row.path}`,
  check: row => {
    if (row.api === 'compile')
      throw new NotApplicable('how patterns become regular expressions: here they are matched without')
    if (row.error) return mustRefuse(() => compileIgnore(row.patterns))
    if (row.api === 'ReadAll') return checkLines(row)
    const matcher = compileIgnore(row.patterns)
    if (row.count !== undefined) equal(matcher.rules.length, row.count)
    if (row.exclusions !== undefined)
      equal(
        matcher.rules.some(rule => rule.exclusion),
        row.exclusions,
      )
    if (row.match !== undefined) equal(matcher.matches(row.path), row.match)
  },
}

function checkLines(row: Row): void {
  const lines = row.content.split('\n').filter((line: string) => !line.startsWith('#'))
  equal(
    lines.map(normalizeIgnoreLine).filter((line: string) => line !== ''),
    row.lines,
  )
}
