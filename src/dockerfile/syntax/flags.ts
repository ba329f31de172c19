import { isBlank, skipBlanks, skipSpace } from './space.ts'
import type { Word } from './words.ts'

/**
 * The `--name=value` words before an instruction's arguments, quotes and escapes taken off, and where the arguments
 * start. A bare `--` ends the flags.
 */
export function splitFlags(
  text: string,
  from: number,
  escapeChar: string,
): { readonly flags: readonly Word[]; readonly rest: number } {
  const flags: Word[] = []
  let at = skipBlanks(text, from)
  while (text.startsWith('--', at)) {
    const word = readFlag(text, escapeChar, at)
    at = skipBlanks(text, word.end)
    if (word.value === '--') break
    flags.push(word)
  }
  return { flags, rest: skipSpace(text, at) }
}

function readFlag(text: string, escapeChar: string, start: number): Word {
  const parts: string[] = []
  let at = start
  let plain = start
  let quote = ''
  while (at < text.length) {
    const c = text[at] ?? ''
    if (quote === '' && isBlank(text.charCodeAt(at))) break
    const opens = quote === '' && (c === "'" || c === '"')
    if (opens || c === quote || c === escapeChar) {
      parts.push(text.slice(plain, at))
      if (c !== escapeChar) quote = opens ? c : ''
      plain = at + 1
      at += c === escapeChar ? 2 : 1
    } else at++
  }
  const end = Math.min(at, text.length)
  parts.push(text.slice(plain, end))
  return { value: parts.join(''), start, end }
}
