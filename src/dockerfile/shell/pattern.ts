import { inMessage } from '../error.ts'
import { GlobAutomaton, type GlobToken } from '../glob/automaton.ts'
import { WordFault } from './word-error.ts'

const NEWLINE = 0x0a
const ANY: GlobToken = { kind: 'set', has: codePoint => codePoint !== NEWLINE }
const MANY: GlobToken = { kind: 'repeat', has: codePoint => codePoint !== NEWLINE }

/** Work that one substitution may take: (length of the value) times (length of the pattern). */
const MAX_WORK = 50_000_000
/** Characters that one replacement may add. */
const MAX_ADDED = 8 * 1024 * 1024

/** `${v#p}` and `${v##p}`. */
export function trimPrefix(value: string, pattern: string, longest: boolean): string {
  const text = codePointsOf(value)
  const tokens = parsePattern(pattern, text.length)
  const ends = new GlobAutomaton(tokens).endsFrom(text, 0)
  return ends ? fromCodePoints(text.slice(longest ? ends.longest : ends.shortest)) : value
}

/** `${v%p}` and `${v%%p}`: the prefix of both turned round. */
export function trimSuffix(value: string, pattern: string, longest: boolean): string {
  const text = codePointsOf(value).reverse()
  const tokens = parsePattern(reversed(pattern), text.length)
  const ends = new GlobAutomaton(tokens).endsFrom(text, 0)
  return ends ? fromCodePoints(text.slice(longest ? ends.longest : ends.shortest).reverse()) : value
}

/** Escapes stay before what they escape; one at the very end comes to stand before the character it followed. */
function reversed(pattern: string): string {
  return (pattern.match(/\\?[\s\S]/gu) ?? []).reverse().join('')
}

/** `${v/p/r}` and `${v//p/r}`: the leftmost match, or all that do not overlap; each as long as can be. */
export function replacePattern(value: string, pattern: string, replacement: string, all: boolean): string {
  const text = codePointsOf(value)
  const tokens = parsePattern(pattern, text.length)
  const startsAt = startsOf(tokens, text)
  const forward = new GlobAutomaton(tokens)
  const insert = all ? expandTemplate(replacement) : () => replacement
  const parts: string[] = []
  let copied = 0
  let added = 0
  let previousEnd = -1
  for (let at = 0; at <= text.length; at++) {
    if (!startsAt[at]) continue
    const end = forward.endsFrom(text, at)?.longest ?? at
    if (end === at && at === previousEnd) continue
    const inserted = insert(fromCodePoints(text.slice(at, end)))
    parts.push(fromCodePoints(text.slice(copied, at)), inserted)
    added += inserted.length
    if (added > MAX_ADDED) throw new WordFault('word-syntax', `the replacement adds more than ${MAX_ADDED} characters`)
    copied = end
    previousEnd = end
    if (!all) break
    if (end > at) at = end - 1
  }
  parts.push(fromCodePoints(text.slice(copied)))
  return parts.join('')
}

const TEMPLATE_NAME = /\$(?:\$|\{([\p{L}\p{Nd}_]+)\}|([\p{L}\p{Nd}_]+))/gu

/**
 * Where all matches are replaced, a dollar sign in the replacement speaks to Go's Regexp.Expand: `$0` is the match, `$$`
 * a dollar sign, any other name stands for nothing.
 */
function expandTemplate(template: string): (match: string) => string {
  if (!template.includes('$')) return () => template
  return match =>
    template.replace(TEMPLATE_NAME, (found, braced?: string, bare?: string) => {
      if (found === '$$') return '$'
      return (braced ?? bare) === '0' ? match : ''
    })
}

/** For every place of the text whether a match starts there: where matches of the reversed pattern end. */
function startsOf(tokens: readonly GlobToken[], text: readonly number[]): boolean[] {
  return new GlobAutomaton([...tokens].reverse()).endings([...text].reverse()).reverse()
}

/** `*` and `?` only, no bracket expressions; `\` escapes them and itself, and stands before `/` and `}` for nothing. */
function parsePattern(pattern: string, valueLength: number): GlobToken[] {
  const source = codePointsOf(pattern)
  if ((source.length + 1) * (valueLength + 1) > MAX_WORK)
    throw new WordFault('word-syntax', 'the pattern is too large for the value it is applied to')
  const tokens: GlobToken[] = []
  for (let i = 0; i < source.length; i++) {
    const c = String.fromCodePoint(source[i] ?? 0)
    if (c === '*') tokens.push(MANY)
    else if (c === '?') tokens.push(ANY)
    else {
      if (c === '\\') checkEscape(pattern, source[++i])
      tokens.push({ kind: 'character', codePoint: source[i] ?? 0 })
    }
  }
  return tokens
}

function checkEscape(pattern: string, next: number | undefined): void {
  const escaped = next === undefined ? '' : String.fromCodePoint(next)
  if (['*', '?', '\\', '/', '}'].includes(escaped)) return
  const fault = `invalid pattern (${inMessage(pattern)}) in substitution: invalid escape '\\${inMessage(escaped)}'`
  throw new WordFault('word-syntax', fault)
}

/** Lone surrogates, which stand for bytes (base/text.ts), are characters of their own. */
function codePointsOf(text: string): number[] {
  return Array.from(text, c => c.codePointAt(0) ?? 0)
}

function fromCodePoints(codePoints: readonly number[]): string {
  let text = ''
  for (const codePoint of codePoints) text += String.fromCodePoint(codePoint)
  return text
}
