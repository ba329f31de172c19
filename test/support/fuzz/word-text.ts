import fc from 'fast-check'
import { withoutHalves } from './dockerfile-text.ts'

const NAMES = ['a', 'e', 'u', '1', '@', '\u00e9', '']
const OPERATORS = ['', ':-', '-', ':+', '+', ':?', '?', '#', '##', '%', '%%', '/', '//', ':', '=', '^']
const LITERALS = [
  'x',
  ' ',
  '\t',
  '\n',
  '"',
  "'",
  '\\',
  '`',
  '$',
  '$$',
  '/',
  '*',
  '?',
  '}',
  '{',
  '<',
  '<<',
  '\u00e9',
].concat(['\u{1f600}', '\udcff', '\u0000', '\ufeff', '[a-z]', '.', '"a b"', "'$a'", '\\}', '\\/', '$0'])

const literal = fc.oneof(fc.constantFrom(...LITERALS), fc.string({ maxLength: 4, unit: 'binary' }).map(withoutHalves))

/** Words with substitutions in substitutions, well formed or not. */
export const wordText: fc.Arbitrary<string> = fc.letrec<{ word: string; piece: string; use: string }>(tie => ({
  word: fc.array(tie('piece'), { maxLength: 5, depthIdentifier: 'word' }).map(pieces => pieces.join('')),
  piece: fc.oneof({ depthIdentifier: 'word', depthSize: 'small' }, literal, tie('use')),
  use: fc
    .tuple(fc.constantFrom(...NAMES), fc.constantFrom(...OPERATORS), tie('word'), fc.constantFrom('}', '/x}', ''))
    .map(([name, operator, inner, end]) => `\${${name}${operator}${operator === '' ? '' : inner}${end}`),
})).word

/** Some names have values, one of them empty. */
export function fuzzEnvironment(name: string): string | undefined {
  return { a: 'x*y/z \n', e: '', 1: '$1"\\', '\u00e9': '\udcff\u{1f600}' }[name]
}
