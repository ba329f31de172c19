import { describe, expect, it } from 'vitest'
import { editDistance, suggest } from './suggest.ts'

describe('suggest', () => {
  it.each([
    ['FRM', ['FROM', 'RUN', 'COPY'], 'FROM'],
    ['buildr', ['builder', 'release'], 'builder'],
    ['copyy', ['COPY'], 'COPY'],
    ['--tga', ['--tag', '--target'], '--tag'],
    ['xyz', ['FROM', 'RUN'], undefined],
    ['', ['a'], undefined],
    ['a', [], undefined],
  ])('%s of %j is %s', (word, known, expected) => {
    expect(suggest(word, known)).toBe(expected)
  })
})

describe('editDistance', () => {
  it.each([
    ['', '', 0],
    ['abc', 'abc', 0],
    ['abc', 'acb', 1],
    ['kitten', 'sitting', 3],
    ['abc', '', 3],
  ])('%j to %j is %d', (a, b, expected) => {
    expect(editDistance(a, b)).toBe(expected)
  })

  it('gives up at the limit', () => {
    expect(editDistance('a', 'aaaaaaaaaa', 3)).toBe(3)
  })
})
