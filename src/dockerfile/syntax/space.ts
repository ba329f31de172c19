/** Go's unicode.IsSpace, the notion of white space of the Dockerfile language (JavaScript's `\s` differs in two characters). */
export function isSpace(unit: number): boolean {
  if (unit < 0x80) return unit === 0x20 || (unit >= 0x09 && unit <= 0x0d)
  return unit === 0x85 || unit === 0xa0 || (unit >= 0x1680 && isWideSpace(unit))
}

function isWideSpace(unit: number): boolean {
  if (unit >= 0x2000 && unit <= 0x200a) return true
  return [0x1680, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000].includes(unit)
}

/** The index of the first character at or after `from` that is not white space. */
export function skipSpace(text: string, from = 0): number {
  let at = from
  while (at < text.length && isSpace(text.charCodeAt(at))) at++
  return at
}

/** The end of `text` without trailing white space, never before `from`. */
export function endOfText(text: string, from = 0): number {
  let end = text.length
  while (end > from && isSpace(text.charCodeAt(end - 1))) end--
  return end
}

/** What `\\s` is in Go's regular expressions. */
export function isPlainSpace(unit: number): boolean {
  return unit === 0x20 || unit === 0x09 || unit === 0x0a || unit === 0x0c || unit === 0x0d
}

export function skipPlainSpace(text: string, from: number): number {
  let at = from
  while (at < text.length && isPlainSpace(text.charCodeAt(at))) at++
  return at
}

/** What separates an instruction's keyword and words: neither line ends nor what Unicode has beyond ASCII. */
export function isBlank(unit: number): boolean {
  return unit === 0x20 || unit === 0x09 || (unit >= 0x0b && unit <= 0x0d)
}

export function skipBlanks(text: string, from: number): number {
  let at = from
  while (at < text.length && isBlank(text.charCodeAt(at))) at++
  return at
}

/** Go's strings.TrimSpace. */
export function trimSpace(text: string): string {
  const start = skipSpace(text)
  return text.slice(start, endOfText(text, start))
}
