import { describe, expect, it } from 'vitest'
import { compileIgnore, parseIgnore } from './parse-ignore.ts'
import type { IgnoreMatcher, IgnoreState } from './types.ts'

/** Patterns, what they leave out, what they keep. */
const CASES: [string[], string[], string[]][] = [
  [['a'], ['a', 'a/b', 'a/b/c'], ['b', 'b/a', 'ab']],
  [['*'], ['a', 'a/b', '.x'], []],
  [['*/a'], ['x/a', 'x/a/b'], ['a', 'x/y/a']],
  [['**/a'], ['a', 'x/a', 'x/y/a', 'x/a/b'], ['xa', 'x/ab']],
  [['a/**'], ['a/b', 'a/b/c'], ['a', 'ab']],
  [['**'], ['a', 'a/b'], []],
  [['**/*.o'], ['a.o', 'x/y/a.o'], ['a.oo', 'a']],
  [['**.o'], ['a.o', 'x/y.o'], ['a.oo']],
  [['a/**/z'], ['a/z', 'a/b/z', 'a/b/c/z', 'a/b/z/y'], ['az', 'a/bz']],
  [['a**z'], ['az', 'ab/z', 'a/z'], ['abz', 'b/az']],
  [['a[0-9].?'], ['a1.c', 'a1.c/x'], ['a1.cc', 'ab.c']],
  [['a\\*'], ['a*'], ['ab']],
  [['(a).+{$|^}'], ['(a).+{$|^}'], ['a']],
  [
    ['*.md', '!README*.md', 'README-x.md'],
    ['a.md', 'README-x.md'],
    ['README.md', 'README-y.md'],
  ],
  [['!a', 'a'], ['a'], []],
  [
    ['d', '!d/keep'],
    ['d', 'd/x'],
    ['d/keep', 'd/keep/y'],
  ],
  [['./a/', '/b', 'c//d', 'e/../f'], ['a', 'c/d', 'f'], ['e']],
]

describe('patterns', () => {
  it.each(CASES)('%j', (patterns, ignored, kept) => {
    const matcher = compileIgnore(patterns)
    expect(ignored.filter(path => !matcher.matches(path))).toEqual([])
    expect(kept.filter(path => matcher.matches(path))).toEqual([])
  })
  it('never leave the context itself out', () => {
    expect(compileIgnore(['**', '.']).matches('.')).toBe(false)
  })
  it('take no time to speak of when made to backtrack', () => {
    expect(compileIgnore(['*a*a*a*a*a*a*a*a*a*a*b', '**/a'.repeat(1000)]).matches('a'.repeat(4000))).toBe(false)
  })
})

describe('files', () => {
  const text = '\ufeff# comment\r\n\r\n  node_modules  \r\n /dist/\r\n! dist/keep\n #not-a-comment\n'
  it('become rules that know their lines', () => {
    expect(parseIgnore(text).rules).toEqual([
      { pattern: 'node_modules', exclusion: false, text: 'node_modules', line: 3 },
      { pattern: 'dist', exclusion: false, text: '/dist/', line: 4 },
      { pattern: 'dist/keep', exclusion: true, text: '! dist/keep', line: 5 },
      { pattern: '#not-a-comment', exclusion: false, text: '#not-a-comment', line: 6 },
    ])
  })
  it('tell which rule decided', () => {
    const matcher = parseIgnore(text)
    const decided = (path: string) => [matcher.explain(path).ignored, matcher.explain(path).rule?.line]
    expect(decided('node_modules/a/b')).toEqual([true, 3])
    expect(decided('dist/x')).toEqual([true, 4])
    expect(decided('dist/keep/x')).toEqual([false, 5])
    expect(decided('src')).toEqual([false, undefined])
  })
  it.each([
    ['a\n[', 2],
    ['a\n\n!', 3],
    ['[z-a]', 1],
    ['a\\', 1],
    ['x'.repeat(70_000), 1],
  ])('with a fault say in which line: %j', (faulty, line) => {
    expect(() => parseIgnore(faulty, 'x.dockerignore')).toThrow(
      expect.objectContaining({
        code: 'ignore-pattern',
        at: expect.objectContaining({ range: { startLine: line, endLine: line } }),
      }),
    )
  })
  it('keep names that are not UTF-8', () => {
    expect(parseIgnore(Buffer.from('a\xff', 'latin1')).matches('a\udcff')).toBe(true)
  })
})

describe('walking', () => {
  it('gives what asking for each path gives', () => {
    const matcher = compileIgnore(['**/x', '!a/x', 'a/x/y', 'b*', '!b1/**', '**/c*/d'])
    const paths = ['a', 'a/x', 'a/x/y', 'a/x/y/z', 'a/x/z', 'b1', 'b1/q', 'b2/x', 'q/c1/d/e', 'q/c1']
    for (const path of paths) expect(stateOf(matcher, path)).toMatchObject(matcher.explain(path))
  })
  it('does not inherit what was not tried for the directory', () => {
    const matcher = compileIgnore(['d', '!d/x', 'd'])
    expect(matcher.matches('d/x')).toBe(false)
  })
  it('tells directories that may hold exceptions', () => {
    const matcher = compileIgnore(['*', '!a/b/c', '!x/**/y'])
    expect(['a', 'a/b', 'a/b/c', 'x', 'x/z'].map(matcher.mayHoldExceptions.bind(matcher))).toEqual([
      true,
      true,
      true,
      true,
      true,
    ])
    expect(['b', 'a/c', 'ab'].map(matcher.mayHoldExceptions.bind(matcher))).toEqual([false, false, false])
  })
})

function stateOf(matcher: IgnoreMatcher, path: string): IgnoreState {
  const parts = path.split('/')
  return parts.reduce((state, _, i) => matcher.matchChild(parts.slice(0, i + 1).join('/'), state), matcher.root)
}
