import { describe, expect, it } from 'vitest'
import { matchPattern } from './go-pattern.ts'

describe('matchPattern', () => {
  it.each([
    ['', '', true],
    ['', 'a', false],
    ['*', '', true],
    ['*', 'a.b', true],
    ['*', 'a/b', false],
    ['*/b', 'a/b', true],
    ['a*b*c', 'aXbYbc', true],
    ['a*b*c', 'aXbYbcd', false],
    ['?', '\u{1f600}', true],
    ['?', '/', false],
    ['[a-c]', 'b', true],
    ['[^a-c]', 'b', false],
    ['[^a]', '/', true],
    ['[z-a]', 'm', false],
    ['[a\\]]', ']', true],
    ['[\\--0]', '/', true],
    ['\\*', '*', true],
    ['\\*', 'a', false],
    ['\\a', 'a', true],
    [']', ']', true],
    ['a-b!', 'a-b!', true],
    ['*.go', 'main.go', true],
    ['*.go', 'main.goo', false],
    ['\u00e9*', '\u00e9\udcff', true],
  ])('%s and %s: %s', (pattern, name, matches) => {
    expect(matchPattern(pattern, name)).toBe(matches)
  })

  it.each(['[', '[]', '[]a]', '[^]', '[a', '[a-', '[a-]', '[-a]', '[a-b-c]', '\\', 'a\\', '[\\', 'x[', '*['])(
    '%s is malformed, whatever the name',
    pattern => {
      for (const name of ['', 'a', 'zzz'])
        expect(() => matchPattern(pattern, name)).toThrow(expect.objectContaining({ code: 'pattern-syntax' }))
    },
  )
})
