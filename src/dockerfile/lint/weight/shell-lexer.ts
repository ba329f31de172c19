/** A word of a shell text. */
export interface ShellWord {
  /** Quotes and escapes taken off; variables and substitutions stay as written. */
  readonly value: string
  /** Part of it is only known when it runs: a variable, a command substitution. */
  readonly dynamic: boolean
  /** No part of it was quoted or escaped. */
  readonly bare: boolean
  /** Where it stands in the text: `start` inclusive, `end` exclusive. */
  readonly start: number
  readonly end: number
}

export type ShellToken =
  | { readonly kind: 'word'; readonly word: ShellWord }
  /** `&&`, `||`, `;`, `|`, `&`, `(`, `)`, and a line feed as `;`. */
  | { readonly kind: 'operator'; readonly text: string; readonly start: number; readonly end: number }
  /** `>`, `>>`, `<`, `<<<` ...; the word behind it is where to. */
  | { readonly kind: 'redirect'; readonly text: string; readonly start: number; readonly end: number }

const OPERATOR = /(?:&&|\|\||;;&|;;|;&|\|&|[;&|()\n])/y
const REDIRECT = /(?:\d*(?:<<<|<<-?|<&|<>|>>|>&|>\||[<>](?!\())|&>>?)/y
const BLANK = ' \t\r'
/** What ends a word when neither quoted nor escaped. */
const META = ' \t\r\n;&|()<>'
/** Characters of a word that stand for themselves. */
const PLAIN = /[^\s;&|()<>'"\\$`]+/y

/** The tokens of a POSIX shell text; bodies of heredocs and comments are left out. Never fails: what is unended goes to the end. */
export function* shellTokens(text: string): Generator<ShellToken> {
  const heredocs: { readonly end: string; readonly chomp: boolean }[] = []
  let awaiting: '<<' | '<<-' | undefined
  let at = 0
  while (at < text.length) {
    const c = text[at] ?? ''
    if (BLANK.includes(c)) at++
    else if (c === '\\' && text[at + 1] === '\n') at += 2
    else if (c === '#') at = endOfLine(text, at)
    else {
      const token = redirectAt(text, at) ?? operatorAt(text, at) ?? wordAt(text, at)
      at = token.kind === 'word' ? token.word.end : token.end
      if (token.kind === 'word' && awaiting) heredocs.push({ end: token.word.value, chomp: awaiting === '<<-' })
      awaiting = token.kind === 'redirect' ? heredocSign(token.text) : undefined
      if (token.kind === 'operator' && c === '\n' && heredocs.length > 0)
        at = behindHeredocs(text, at, heredocs.splice(0))
      yield token
    }
  }
}

function heredocSign(redirect: string): '<<' | '<<-' | undefined {
  if (redirect.endsWith('<<-')) return '<<-'
  return redirect.endsWith('<<') ? '<<' : undefined
}

function behindHeredocs(text: string, from: number, heredocs: readonly { end: string; chomp: boolean }[]): number {
  let at = from
  for (const { end, chomp } of heredocs) {
    while (at < text.length) {
      const next = endOfLine(text, at)
      const line = text.slice(at, next)
      at = next + 1
      if ((chomp ? line.replace(/^\t+/, '') : line) === end) break
    }
  }
  return Math.min(at, text.length)
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from)
  return end < 0 ? text.length : end
}

function redirectAt(text: string, at: number): ShellToken | undefined {
  if (!'<>&0123456789'.includes(text[at] ?? '')) return undefined
  REDIRECT.lastIndex = at
  const found = REDIRECT.exec(text)?.[0]
  return found === undefined ? undefined : { kind: 'redirect', text: found, start: at, end: at + found.length }
}

function operatorAt(text: string, at: number): ShellToken | undefined {
  if (!';&|()\n'.includes(text[at] ?? '')) return undefined
  OPERATOR.lastIndex = at
  const found = OPERATOR.exec(text)?.[0]
  if (found === undefined) return undefined
  const sign = found === '\n' || found.startsWith(';') ? ';' : found === '|&' ? '|' : found
  return { kind: 'operator', text: sign, start: at, end: at + found.length }
}

function wordAt(text: string, start: number): ShellToken {
  const parts: string[] = []
  let dynamic = false
  let bare = true
  let at = start
  while (at < text.length) {
    const c = text[at] ?? ''
    const substitutes = (c === '<' || c === '>') && text[at + 1] === '('
    if (META.includes(c) && !substitutes) break
    const piece = pieceAt(text, at)
    parts.push(piece.value)
    dynamic ||= piece.dynamic
    bare &&= !piece.quoted
    at = piece.end
  }
  return { kind: 'word', word: { value: parts.join(''), dynamic, bare, start, end: at } }
}

interface Piece {
  readonly value: string
  readonly dynamic: boolean
  readonly quoted: boolean
  readonly end: number
}

function pieceAt(text: string, at: number): Piece {
  const c = text[at] ?? ''
  if (c === "'") return singleQuoted(text, at)
  if (c === '"') return doubleQuoted(text, at)
  if (c === '\\') {
    const next = text[at + 1] ?? ''
    return { value: next === '\n' ? '' : next, dynamic: false, quoted: true, end: Math.min(at + 2, text.length) }
  }
  if (opensSubstitution(text, at)) {
    const end = endOfSubstitution(text, at)
    return { value: text.slice(at, end), dynamic: true, quoted: false, end }
  }
  PLAIN.lastIndex = at + 1
  const end = at + 1 + (PLAIN.exec(text)?.[0].length ?? 0)
  const value = text.slice(at, end)
  return { value, dynamic: c === '$' && value.length > 1, quoted: false, end }
}

function singleQuoted(text: string, at: number): Piece {
  const close = text.indexOf("'", at + 1)
  const end = close < 0 ? text.length : close
  return { value: text.slice(at + 1, end), dynamic: false, quoted: true, end: Math.min(end + 1, text.length) }
}

function doubleQuoted(text: string, start: number): Piece {
  const parts: string[] = []
  let dynamic = false
  let at = start + 1
  while (at < text.length && text[at] !== '"') {
    const next = text[at + 1] ?? ''
    if (text[at] === '\\' && /["$`\\\n]/.test(next)) {
      if (next !== '\n') parts.push(next)
      at += 2
    } else if (opensSubstitution(text, at)) {
      const end = endOfSubstitution(text, at)
      parts.push(text.slice(at, end))
      dynamic = true
      at = end
    } else {
      dynamic ||= text[at] === '$' && /\w/.test(next)
      parts.push(text[at] ?? '')
      at++
    }
  }
  return { value: parts.join(''), dynamic, quoted: true, end: Math.min(at + 1, text.length) }
}

function opensSubstitution(text: string, at: number): boolean {
  const c = text[at]
  const next = text[at + 1]
  return c === '`' || (c === '$' && (next === '(' || next === '{')) || ((c === '<' || c === '>') && next === '(')
}

/** Behind the substitution that opens here; its quotes, and substitutions in it, may hold anything. */
function endOfSubstitution(text: string, start: number): number {
  const first = closerAt(text, start)
  const closers = [first.closer]
  let at = start + first.length
  while (at < text.length && closers.length > 0) {
    const c = text[at]
    const closer = closers.at(-1)
    if (c === closer) {
      closers.pop()
      at++
    } else if (c === '\\' && closer !== "'") at += 2
    else if (closer === "'") at++
    else if (c === '"' || (c === "'" && closer !== '"')) {
      closers.push(c)
      at++
    } else if (c === '(' && closer === ')') {
      closers.push(')')
      at++
    } else if (opensSubstitution(text, at) && closer !== '`') {
      const { closer: inner, length } = closerAt(text, at)
      closers.push(inner)
      at += length
    } else at++
  }
  return Math.min(at, text.length)
}

function closerAt(text: string, at: number): { readonly closer: string; readonly length: number } {
  if (text[at] === '`') return { closer: '`', length: 1 }
  return { closer: text[at + 1] === '{' ? '}' : ')', length: 2 }
}
