import { type CharacterSet, GlobAutomaton, type GlobToken } from '../glob/automaton.ts'
import { ANY_CHARACTER, ANY_NAME, matchPattern, readCharacter, readSet } from '../glob/go-pattern.ts'

/** Whether a clean path is what the pattern says, its parents aside. */
export type PathTest = (path: string) => boolean

const NEWLINE = 0x0a
const inLine: CharacterSet = codePoint => codePoint !== NEWLINE
const DIRECTORIES: GlobToken = { kind: 'directories', has: inLine }
const ANYTHING: GlobToken = { kind: 'repeat', has: inLine }
const SPECIAL = /[*?[\]\\]/

/**
 * Compiles a cleaned pattern of a .dockerignore: filepath.Match's wildcards, and `**` for any number of directories.
 * Patterns without wildcards, or with `**` at one end only, need no automaton.
 * Throws TareError<'pattern-syntax'> where filepath.Match does, and for a range that runs backwards (`[Local-Only]`).
 */
export function compileIgnorePattern(pattern: string): PathTest {
  matchPattern(pattern, '.')
  if (!SPECIAL.test(pattern)) return path => path === pattern
  if (pattern.startsWith('**')) {
    const rest = pattern.slice(2)
    if (!SPECIAL.test(rest)) return endsTest(rest)
  }
  if (pattern.endsWith('**')) {
    const start = pattern.slice(0, -2)
    if (!SPECIAL.test(start)) return path => path.startsWith(start)
  }
  return automatonTest(pattern)
}

/** `**` + `/name` matches a name at any depth; `**` + `name` whatever ends in it. */
function endsTest(end: string): PathTest {
  const whole = end.startsWith('/') ? end.slice(1) : undefined
  return path => path.endsWith(end) || path === whole
}

function automatonTest(pattern: string): PathTest {
  const automaton = new GlobAutomaton(readTokens(pattern))
  const start = fixedStart(pattern)
  const end = fixedEnd(pattern)
  return path => path.startsWith(start) && path.endsWith(end) && automaton.matches(path)
}

function readTokens(pattern: string): GlobToken[] {
  const tokens: GlobToken[] = []
  let at = 0
  while (at < pattern.length) {
    const c = pattern[at]
    if (c === '*' && pattern[at + 1] === '*') {
      at += pattern[at + 2] === '/' ? 3 : 2
      tokens.push(at >= pattern.length ? ANYTHING : DIRECTORIES)
    } else if (c === '*' || c === '?') {
      tokens.push(c === '*' ? ANY_NAME : ANY_CHARACTER)
      at++
    } else {
      const read = c === '[' ? readSet(pattern, at, true) : readCharacter(pattern, at)
      tokens.push(read.token)
      at = read.end
    }
  }
  return tokens
}

/** The part of a pattern before its first wildcard: what every path it matches starts with. */
export function fixedStart(pattern: string): string {
  return /^[^*?[\\]*/.exec(pattern)?.[0] ?? ''
}

/** What every path that it matches ends in, within the last element. */
function fixedEnd(pattern: string): string {
  let start = pattern.length
  while (start > 0 && !/[*?[\]\\/]/.test(pattern[start - 1] ?? '')) start--
  return pattern.slice(start)
}
