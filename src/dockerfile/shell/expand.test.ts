import { describe, expect, it } from 'vitest'
import { isTareError } from '../../base/error.ts'
import { expandWord, expandWords } from './expand.ts'
import type { ExpandOptions } from './types.ts'

const VARIABLES: Readonly<Record<string, string>> = {
  v: 'value',
  e: '',
  p: '/usr/local/lib.so.1',
  s: 'a  b',
  d: '$v',
  '\u00e9t\u00e9': 'x',
}
const env = (name: string): string | undefined => (Object.hasOwn(VARIABLES, name) ? VARIABLES[name] : undefined)

const WORDS: [string, string][] = [
  ['a$v.b', 'avalue.b'],
  ['$v$v', 'valuevalue'],
  ['${v}s', 'values'],
  ['$\u00e9t\u00e9', 'x'],
  ['$v_', ''],
  ['$ $. $', '$ $. $'],
  ['$d', '$v'],
  ['$toString', ''],
  ['${u:-w} ${u-w} ${e:-w} ${e-w} ${v:-w}', 'w w w  value'],
  ['${u:+w}|${u+w}|${e:+w}|${e+w}|${v:+w}', '|||w|w'],
  ['${u:-${v}}', 'value'],
  ["${u:-'a}b'}", 'a}b'],
  ['${v:?no} ${e?no}', 'value '],
  ['${p#*/} ${p##*/} ${p%.*} ${p%%.*}', 'usr/local/lib.so.1 lib.so.1 /usr/local/lib.so /usr/local/lib'],
  ['${p#x} ${u#x} ${p#}', '/usr/local/lib.so.1  /usr/local/lib.so.1'],
  [
    '${p/l/L} ${p//l/L} ${p//l/} ${p/o*c/-}',
    '/usr/Local/lib.so.1 /usr/LocaL/Lib.so.1 /usr/oca/ib.so.1 /usr/l-al/lib.so.1',
  ],
  ['${p//\\//:}', ':usr:local:lib.so.1'],
  ['${v//?/x}', 'xxxxx'],
  ['${v//*/x}', 'x'],
  ['${v//u*/}', 'val'],
  ["'$v\\'", '$v\\'],
  ['"$v \'x\' \\" \\$ \\\\ \\n"', "value 'x' \" $ \\ \\n"],
  ['\\$v \\a \\', '$v a '],
  ['\\\u{1f600}', '\u{1f600}'],
  ['\udcff$v', '\udcffvalue'],
]

describe('expandWord', () => {
  it.each(WORDS)('%s', (word, value) => {
    expect(expandWord(word, env).value).toBe(value)
  })

  it('looks each name up and tells which were found', () => {
    expect(expandWord('$v ${u:-$w} ${e:+$x} $v', env)).toMatchObject({
      matched: ['v', 'e'],
      unmatched: ['w', 'u', 'x'],
    })
  })

  const faults: [string, string][] = [
    ["a'b", 'single-quote'],
    ['"a', 'double-quote'],
    ['${v', "missing '}'"],
    ['${v:-a', "missing '}'"],
    ['${}', 'bad substitution'],
    ['${v!x}', 'unsupported modifier (!)'],
    ['${v:=x}', 'unsupported modifier (:=)'],
    ['${v:#x}', 'unsupported modifier (:#)'],
    ['${v#\\x}', "invalid escape '\\x'"],
    ['${v/a}', "missing '/'"],
  ]
  it.each(faults)('refuses %s', (word, cause) => {
    expect(() => expandWord(word, env)).toThrow(
      expect.toSatisfy(error => isTareError(error, 'word-syntax') && error.message.includes(cause)),
    )
  })

  it.each([
    ['${u:?give $v}', 'u: give value'],
    ['${u?}', 'u: is not allowed to be unset'],
    ['${e:?}', 'e: is not allowed to be empty'],
  ])('fails for %s', (word, cause) => {
    expect(() => expandWord(word, env)).toThrow(
      expect.toSatisfy(error => isTareError(error, 'word-required') && error.message.includes(cause)),
    )
  })

  it('points to the place it was given', () => {
    const at = { file: { name: 'Dockerfile', lines: ['ENV a=${'] }, range: { startLine: 1, endLine: 1 } }
    expect(() => expandWord('${', env, { at })).toThrow(expect.objectContaining({ at }))
  })

  const optional: [string, ExpandOptions, string][] = [
    ['`$v \\$v', { escape: '`' }, '$v \\value'],
    ['"a" \'$v\' \\b', { skipQuotes: true }, '"a" \'value\' b'],
    ['"a" \'$v\'', { rawQuotes: true }, '"a" \'$v\''],
    ['\\a "\\$"', { rawEscapes: true }, '\\a \\$'],
    ['$u ${u} ${u:-$v} ${u#a} ${u//a/b} $v', { keepUnset: true }, '$u ${u} ${u:-value} ${u#a} ${u/a/b} value'],
  ]
  it.each(optional)('%s with %j', (word, options, value) => {
    expect(expandWord(word, env, options).value).toBe(value)
  })

  it('gives up on nesting and growth without end', () => {
    const huge = (): string => 'x'.repeat(1 << 20)
    for (const word of ['${u:-'.repeat(100_000), '$v'.repeat(100)])
      expect(() => expandWord(word, word.startsWith('$v') ? huge : env)).toThrow(
        expect.objectContaining({ code: 'word-syntax' }),
      )
    expect(() => expandWord('${v//?/$w}', huge)).toThrow(expect.objectContaining({ code: 'word-syntax' }))
  })

  it('takes no time to speak of for a pattern made to backtrack', () => {
    const text = 'a'.repeat(20_000)
    expect(expandWord('${v##*a*a*a*a*a*a*a*a*a*a*b}', () => text).value).toBe(text)
    expect(expandWord('${v//*a*a*a*a*a*a*a*a*a*a*b/}', () => text).value).toBe(text)
  })
})

describe('expandWords', () => {
  it.each([
    ['a $s "$s" c', ['a', 'a', 'b', 'a  b', 'c']],
    ['a\\ b', ['a b']],
    ['x$s', ['xa', 'b']],
    ['"" $e', []],
    ['a\u00a0b', ['a', 'b']],
  ])('%s', (text, words) => {
    expect(expandWords(text, env).words).toEqual(words)
  })
})
