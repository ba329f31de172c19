import { syntaxError } from './errors.ts'

/** `spaced`: white space stands before the token, which separates arguments. */
export interface Token {
  readonly kind: 'field' | 'dot' | 'variable' | 'word' | 'string' | 'number' | 'symbol' | 'end'
  readonly text: string
  readonly offset: number
  readonly spaced: boolean
}

const TOKENS: readonly (readonly [Token['kind'], RegExp])[] = [
  ['field', /\.[\p{L}_][\p{L}\p{Nd}_]*/uy],
  ['number', /[+-]?(?:0[xX][0-9a-fA-F_]+|\d[\d_]*(?:\.\d+)?(?:[eE][+-]?\d+)?)/uy],
  ['dot', /\./uy],
  ['variable', /\$[\p{L}\p{Nd}_]*/uy],
  ['word', /[\p{L}_][\p{L}\p{Nd}_]*/uy],
  ['string', /"(?:[^"\\\n]|\\.)*"|`[^`]*`/uy],
  ['symbol', /:=|[|(),=]/uy],
]

/** The tokens of one action's text, which starts at `offset` of the format; the last one is `end`. */
export function lexAction(text: string, offset: number): Token[] {
  const tokens: Token[] = []
  let position = 0
  while (true) {
    const space = /\s*/uy
    space.lastIndex = position
    const skipped = space.exec(text)?.[0].length ?? 0
    position += skipped
    if (position >= text.length) break
    const token = lexToken(text, position, offset, skipped > 0)
    tokens.push(token)
    position = token.offset - offset + token.text.length
  }
  tokens.push({ kind: 'end', text: '', offset: offset + text.length, spaced: true })
  return tokens
}

function lexToken(text: string, position: number, offset: number, spaced: boolean): Token {
  for (const [kind, pattern] of TOKENS) {
    pattern.lastIndex = position
    const match = pattern.exec(text)
    if (match) return { kind, text: match[0], offset: offset + position, spaced }
  }
  const char = String.fromCodePoint(text.codePointAt(position) ?? 0)
  if (char === '"' || char === '`') throw syntaxError(offset + position, 'unterminated string')
  if (char === "'")
    throw syntaxError(offset + position, 'character constants are not supported', 'write a string in double quotes')
  throw syntaxError(offset + position, `unexpected ${JSON.stringify(char)}`)
}

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  '\\': '\\',
  '"': '"',
  "'": "'",
  a: '\u0007',
  b: '\b',
  f: '\f',
  v: '\v',
}

/** The value of a Go number, decimal or hexadecimal. */
export function parseNumber(token: Token): number {
  const text = token.text.replaceAll('_', '')
  if (/^[+-]?0\d/.test(text)) throw syntaxError(token.offset, 'octal numbers are not supported')
  return text.startsWith('-') ? -Number(text.slice(1)) : Number(text.replace('+', ''))
}

/** The value of a Go string literal, interpreted or raw. */
export function unquote(token: Token): string {
  const body = token.text.slice(1, -1)
  if (token.text.startsWith('`')) return body
  return body.replace(/\\(u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|.)/gu, (_, code: string) => {
    if (code.length > 1) return String.fromCharCode(Number.parseInt(code.slice(1), 16))
    const char = ESCAPES[code]
    if (char === undefined) throw syntaxError(token.offset, `unknown escape \\${code} in a string`)
    return char
  })
}
