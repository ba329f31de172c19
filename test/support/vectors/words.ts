import { deepStrictEqual as equal } from 'node:assert/strict'
import { expandWord, expandWords } from '../../../src/dockerfile/index.ts'
import { mustRefuse } from './must-refuse.ts'
import { NotApplicable, type Row, type VectorSet } from './vector-set.ts'

export const WORDS: VectorSet = {
  file: 'shell_vectors',
  title: 'Word expansion',
  groupOf: row => row.mode,
  nameOf: row => `${row.suite}:${row.line} ${row.input}`,
  check: row => {
    if (row.mode !== 'word' && row.mode !== 'words')
      throw new NotApplicable('how patterns become regular expressions: here they are matched without')
    checkWords(row)
  },
}

function checkWords(row: Row): void {
  const env = (name: string): string | undefined => (Object.hasOwn(row.env, name) ? row.env[name] : undefined)
  const run = () => (row.mode === 'word' ? expandWord : expandWords)(row.input, env)
  if (row.error) {
    mustRefuse(run, typeof row.error === 'string' ? row.error : '')
    return
  }
  const expansion = run()
  equal('words' in expansion ? expansion.words : expansion.value, row.expected)
  if (row.matched) equal([...expansion.matched].sort(), row.matched)
  if (row.unmatched) equal([...expansion.unmatched].sort(), row.unmatched)
}
