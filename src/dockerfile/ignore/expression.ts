import type { CharacterSet, GlobToken } from '../glob/automaton.ts'
import { ANY_CHARACTER, ANY_NAME, badPattern } from '../glob/go-pattern.ts'
import { readClass, readEscape } from './expression-class.ts'

const NEWLINE = 0x0a
const inLine: CharacterSet = codePoint => codePoint !== NEWLINE
const DIRECTORIES: GlobToken = { kind: 'directories', has: inLine }
const ANYTHING: GlobToken = { kind: 'repeat', has: inLine }
const WHATEVER: GlobToken = { kind: 'repeat', has: () => true }
const START: GlobToken = { kind: 'start' }

/** What moby/patternmatcher puts into its regular expressions for wildcards, and what it means there. */
const WILDCARDS: readonly (readonly [string, GlobToken])[] = [
  ['(.*/)?', DIRECTORIES],
  ['.*', ANYTHING],
  ['[^/]*', ANY_NAME],
  ['[^/]', ANY_CHARACTER],
]

/**
 * A pattern as moby/patternmatcher understands it: it writes a regular expression of Go's, into which brackets and
 * backslashes go as they are. So `\\d` is a digit, `[[:alpha:]]` a letter, `^` the start of the path, and a wildcard in
 * brackets means what its expression means there. A `|` parts the expression in branches, of which the first is bound to
 * the path's start alone and the last to its end.
 * Throws TareError<'pattern-syntax'> for what Go refuses, and for the escapes of Go's that no file name needs.
 */
export function readIgnoreTokens(pattern: string): GlobToken[][] {
  const expression = expressionOf(pattern)
  const branches: GlobToken[][] = [[]]
  for (let at = 0; at < expression.length; ) {
    if (expression[at] === '|') {
      branches.at(-1)?.push(WHATEVER)
      branches.push([WHATEVER])
      at++
      continue
    }
    const read = readToken(expression, at, pattern)
    branches.at(-1)?.push(read.token)
    at = read.end
  }
  return branches
}

function expressionOf(pattern: string): string {
  const characters = [...(pattern.startsWith('\ufeff') ? pattern.slice(1) : pattern)]
  let text = ''
  for (let i = 0; i < characters.length; i++) {
    const c = characters[i] ?? ''
    if (c === '*' && characters[i + 1] === '*') {
      i += characters[i + 2] === '/' ? 2 : 1
      text += i + 1 < characters.length ? '(.*/)?' : '.*'
    } else if (c === '*') text += '[^/]*'
    else if (c === '?') text += '[^/]'
    else if (c === '\\') text += c + escapedAt(characters, ++i, pattern)
    else text += '.+(){}$'.includes(c) ? `\\${c}` : c
  }
  return text
}

function escapedAt(characters: readonly string[], at: number, pattern: string): string {
  const escaped = characters[at]
  if (escaped === undefined) throw badPattern(pattern)
  return escaped
}

function readToken(
  expression: string,
  at: number,
  pattern: string,
): { readonly token: GlobToken; readonly end: number } {
  for (const [written, token] of WILDCARDS)
    if (expression.startsWith(written, at)) return { token, end: at + written.length }
  const c = expression[at]
  if (c === '^') return { token: START, end: at + 1 }
  if (c === '[') return readSet(expression, at, pattern)
  if (c === '\\') {
    const { meaning, end } = readEscape(expression, at, pattern)
    if (typeof meaning === 'number') return { token: { kind: 'character', codePoint: meaning }, end }
    return { token: { kind: 'set', has: meaning }, end }
  }
  const codePoint = expression.codePointAt(at) ?? 0
  return { token: { kind: 'character', codePoint }, end: at + (codePoint > 0xffff ? 2 : 1) }
}

function readSet(expression: string, at: number, pattern: string): { readonly token: GlobToken; readonly end: number } {
  const { has, end } = readClass(expression, at, pattern)
  return expression[end] === '*'
    ? { token: { kind: 'repeat', has }, end: end + 1 }
    : { token: { kind: 'set', has }, end }
}
