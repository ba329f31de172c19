import { expect, it } from 'vitest'
import { compileIgnorePattern } from './ignore-pattern.ts'

/** The regular expression that patternmatcher would make of a pattern of these pieces. */
const PIECES: [string, string][] = [
  ['a', 'a'],
  ['b', 'b'],
  ['/', '/'],
  ['*', '[^/]*'],
  ['?', '[^/]'],
  ['[ab]', '[ab]'],
  ['[^a]', '[^a]'],
  ['/**/', '/(?:.*/)?'],
  ['/**', '/.*'],
]

function allTexts(alphabet: string, length: number): string[] {
  if (length === 0) return ['']
  const shorter = allTexts(alphabet, length - 1)
  return [
    ...shorter,
    ...shorter.filter(text => text.length === length - 1).flatMap(text => [...alphabet].map(c => text + c)),
  ]
}

it('agrees with the regular expressions that it stands for', () => {
  const paths = allTexts('ab/', 5)
  let tested = 0
  for (const [first, firstExpression] of PIECES)
    for (const [second, secondExpression] of PIECES)
      for (const [third, thirdExpression] of PIECES) {
        const pattern = `a${first}${second}${third}`
        const isMisread =
          `${first}|${second}|${third}`.includes('*|*') || /\*\*(?!\/|$)|[^/]\*\*|\/\/|\/$/.test(pattern)
        if (isMisread || first.endsWith('**') || second.endsWith('**')) continue
        tested++
        const test = compileIgnorePattern(pattern)
        const expression = new RegExp(`^a${firstExpression}${secondExpression}${thirdExpression}$`)
        const different = paths.filter(path => test(path) !== expression.test(path))
        expect(different, pattern).toEqual([])
      }
  expect(tested).toBeGreaterThan(200)
})
