import type { CharacterSet } from '../glob/automaton.ts'
import { badPattern } from '../glob/go-pattern.ts'

/** A character of an expression, or a set of them that has a name. */
export interface Meaning {
  readonly meaning: number | CharacterSet
  readonly end: number
}

const CONTROLS: Readonly<Record<string, number>> = { a: 7, f: 12, t: 9, n: 10, r: 13, v: 11 }
const SETS: Readonly<Record<string, RegExp>> = { d: /[0-9]/, s: /[\t\n\f\r ]/, w: /[0-9A-Za-z_]/ }
const NAMED: Readonly<Record<string, RegExp>> = {
  alnum: /[0-9A-Za-z]/,
  alpha: /[A-Za-z]/,
  ascii: /[\x00-\x7f]/,
  blank: /[\t ]/,
  cntrl: /[\x00-\x1f\x7f]/,
  digit: /[0-9]/,
  graph: /[!-~]/,
  lower: /[a-z]/,
  print: /[ -~]/,
  punct: /[!-/:-@[-`{-~]/,
  space: /[\t\n\v\f\r ]/,
  upper: /[A-Z]/,
  word: /[0-9A-Za-z_]/,
  xdigit: /[0-9A-Fa-f]/,
}

/** `\\n`, `\\d`, `\\.`: only what is neither letter nor digit stands for itself. Go's `\\b`, `\\pL`, `\\x41` are refused. */
export function readEscape(expression: string, at: number, pattern: string): Meaning {
  const c = expression[at + 1] ?? ''
  const end = at + 2
  const control = Object.hasOwn(CONTROLS, c) ? CONTROLS[c] : undefined
  if (control !== undefined) return { meaning: control, end }
  const lower = c.toLowerCase()
  const set = Object.hasOwn(SETS, lower) ? SETS[lower] : undefined
  if (set !== undefined) return { meaning: setOf(set, c !== lower), end }
  if (!/^[\x00-\x7f]$/.test(c) || /[0-9A-Za-z]/.test(c)) throw badPattern(pattern)
  return { meaning: c.charCodeAt(0), end }
}

/** `[a-z\\d[:alpha:]]`; a `]` right at the start is a character, and so is a `-` at either end. */
export function readClass(expression: string, open: number, pattern: string): { has: CharacterSet; end: number } {
  const negated = expression[open + 1] === '^'
  const parts: CharacterSet[] = []
  let at = open + (negated ? 2 : 1)
  while (parts.length === 0 || expression[at] !== ']') {
    const { has, end } = readPart(expression, at, pattern)
    parts.push(has)
    at = end
  }
  return { has: codePoint => parts.some(has => has(codePoint)) !== negated, end: at + 1 }
}

function readPart(expression: string, at: number, pattern: string): { has: CharacterSet; end: number } {
  const named = /\[:(\^?)([^\]]*?):\]/y
  named.lastIndex = at
  const name = named.exec(expression)
  if (name) {
    const set = Object.hasOwn(NAMED, name[2] ?? '') ? NAMED[name[2] ?? ''] : undefined
    if (!set) throw badPattern(pattern)
    return { has: setOf(set, name[1] === '^'), end: named.lastIndex }
  }
  const low = readCharacter(expression, at, pattern)
  if (typeof low.meaning !== 'number') return { has: low.meaning, end: low.end }
  const ranges = expression[low.end] === '-' && expression[low.end + 1] !== ']'
  const high = ranges ? readCharacter(expression, low.end + 1, pattern) : low
  const [from, to] = [low.meaning, high.meaning]
  if (typeof to !== 'number' || to < from) throw badPattern(pattern)
  return { has: codePoint => from <= codePoint && codePoint <= to, end: high.end }
}

function readCharacter(expression: string, at: number, pattern: string): Meaning {
  if (expression[at] === '\\') return readEscape(expression, at, pattern)
  const codePoint = expression.codePointAt(at)
  if (codePoint === undefined) throw badPattern(pattern)
  return { meaning: codePoint, end: at + (codePoint > 0xffff ? 2 : 1) }
}

function setOf(characters: RegExp, negated: boolean): CharacterSet {
  return codePoint => characters.test(String.fromCodePoint(codePoint)) !== negated
}
