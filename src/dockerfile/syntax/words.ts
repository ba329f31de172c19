import { isBlank, isSpace, skipSpace } from './space.ts'

/** A word and where it stands in the text that was split: `start` inclusive, `end` exclusive. */
export interface Word {
  readonly value: string
  readonly start: number
  readonly end: number
}

/** Splits at blanks, quotes notwithstanding: FROM, EXPOSE, and COPY, ADD and VOLUME when they are not JSON. */
export function splitAtBlanks(text: string, from = 0, limit = Number.POSITIVE_INFINITY): Word[] {
  const words: Word[] = []
  let start = from
  while (start < text.length) {
    let end = start
    while (end < text.length && !isBlank(text.charCodeAt(end))) end++
    if (words.length + 1 >= limit) end = text.length
    words.push({ value: text.slice(start, end), start, end })
    start = end
    while (start < text.length && isBlank(text.charCodeAt(start))) start++
  }
  return words
}

/** Splits at white space outside quotes; quotes and escapes stay in the words, word expansion takes them off later. */
export function splitWords(text: string, escapeChar: string, from = 0): Word[] {
  const words: Word[] = []
  let at = skipSpace(text, from)
  while (at < text.length) {
    const word = readWord(text, escapeChar, at)
    if (word.value !== '') words.push(word)
    at = skipSpace(text, word.end)
  }
  return words
}

/** An escape character at the very end of the text belongs to no word. */
function readWord(text: string, escapeChar: string, start: number): Word {
  let at = start
  let quote = ''
  let dropped = false
  while (at < text.length) {
    const c = text[at] ?? ''
    if (c === escapeChar && quote !== "'") {
      dropped = at + 1 === text.length
      at += 2
      continue
    }
    if (quote === '' && isSpace(text.charCodeAt(at))) break
    if (c === quote) quote = ''
    else if (quote === '' && (c === "'" || c === '"')) quote = c
    at++
  }
  const end = Math.min(at, text.length)
  return { value: text.slice(start, dropped ? end - 1 : end), start, end }
}
