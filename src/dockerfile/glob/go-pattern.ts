import { TareError } from '../../base/error.ts'
import { type DockerfileErrorCode, inMessage } from '../error.ts'
import { type CharacterSet, GlobAutomaton, type GlobToken } from './automaton.ts'

const SLASH = 0x2f
const isNotSlash: CharacterSet = codePoint => codePoint !== SLASH

/** `*` and `?` as filepath.Match has them: anything but a slash. */
export const ANY_NAME: GlobToken = { kind: 'repeat', has: isNotSlash }
export const ANY_CHARACTER: GlobToken = { kind: 'set', has: isNotSlash }

/** Patterns of ordinary length are compiled once; a build has a handful of them. */
const compiled = new Map<string, GlobAutomaton>()
const MAX_COMPILED = 256
const MAX_KEPT_LENGTH = 1000

/**
 * Go's filepath.Match: `*`, `?`, `[a-z]`, `[^a]`, `\\c`; the whole name must match.
 * Throws TareError<'pattern-syntax'> for a malformed pattern, whatever the name.
 */
export function matchPattern(pattern: string, name: string): boolean {
  let automaton = compiled.get(pattern)
  if (!automaton) {
    automaton = new GlobAutomaton(parsePattern(pattern))
    if (compiled.size >= MAX_COMPILED) compiled.clear()
    if (pattern.length <= MAX_KEPT_LENGTH) compiled.set(pattern, automaton)
  }
  return automaton.matches(name)
}

function parsePattern(pattern: string): GlobToken[] {
  const tokens: GlobToken[] = []
  let at = 0
  while (at < pattern.length) {
    const c = pattern[at]
    if (c === '*') {
      while (pattern[at] === '*') at++
      tokens.push(ANY_NAME)
    } else if (c === '?') {
      tokens.push(ANY_CHARACTER)
      at++
    } else {
      const read = c === '[' ? readSet(pattern, at) : readCharacter(pattern, at)
      tokens.push(read.token)
      at = read.end
    }
  }
  return tokens
}

/** A pattern's next token and where the one after it starts. */
interface ReadToken {
  readonly token: GlobToken
  readonly end: number
}

/** One character, or the one behind a backslash. */
function readCharacter(pattern: string, at: number): ReadToken {
  const { codePoint, end } = readEscaped(pattern, at)
  return { token: { kind: 'character', codePoint }, end }
}

/**
 * `[...]`: ranges of characters, `^` negates, `\\` escapes. A set may hold the slash. A range that runs backwards holds
 * nothing.
 */
function readSet(pattern: string, open: number): ReadToken {
  const negated = pattern[open + 1] === '^'
  const ranges: (readonly [number, number])[] = []
  let at = open + (negated ? 2 : 1)
  while (ranges.length === 0 || pattern[at] !== ']') {
    const low = readBound(pattern, at)
    const high = pattern[low.end] === '-' ? readBound(pattern, low.end + 1) : low
    if (high.end >= pattern.length) throw badPattern(pattern)
    ranges.push([low.codePoint, high.codePoint])
    at = high.end
  }
  const has: CharacterSet = codePoint => ranges.some(([low, high]) => low <= codePoint && codePoint <= high) !== negated
  return { token: { kind: 'set', has }, end: at + 1 }
}

function readBound(pattern: string, at: number): { codePoint: number; end: number } {
  if (pattern[at] === '-' || pattern[at] === ']') throw badPattern(pattern)
  const bound = readEscaped(pattern, at)
  if (isByte(bound.codePoint)) throw badPattern(pattern)
  return bound
}

/** A byte that is no UTF-8 (base/text.ts): Go takes none in a set. */
function isByte(codePoint: number): boolean {
  return codePoint >= 0xdc80 && codePoint <= 0xdcff
}

function readEscaped(pattern: string, at: number): { codePoint: number; end: number } {
  const start = pattern[at] === '\\' ? at + 1 : at
  const codePoint = pattern.codePointAt(start)
  if (codePoint === undefined) throw badPattern(pattern)
  return { codePoint, end: start + (codePoint > 0xffff ? 2 : 1) }
}

export function badPattern(pattern: string): Error {
  return new TareError<DockerfileErrorCode>(
    'pattern-syntax',
    `reading the pattern "${inMessage(pattern)}": syntax error in pattern`,
    { hint: 'a "[" needs its "]", "-" and "]" inside it a backslash, and a backslash something behind it' },
  )
}
