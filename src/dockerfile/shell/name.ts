const SPECIAL = new Set(['@', '*', '#', '?', '-', '$', '!'])
const DIGIT = /^\p{Nd}$/u
const LETTER_OR_DIGIT = /^[\p{L}\p{Nd}_]$/u

/**
 * The variable's name that starts at `from`: letters, digits and `_`; only digits when it starts with one; or one of
 * the shell's special parameters. Empty when there is none.
 */
export function readName(text: string, from: number): string {
  const first = text[from] ?? ''
  if (SPECIAL.has(first)) return first
  const accepts = DIGIT.test(characterAt(text, from)) ? DIGIT : LETTER_OR_DIGIT
  let end = from
  while (end < text.length) {
    const c = characterAt(text, end)
    if (!isPart(c, accepts)) break
    end += c.length
  }
  return text.slice(from, end)
}

function isPart(c: string, accepts: RegExp): boolean {
  const unit = c.charCodeAt(0)
  if (unit >= 0x80) return accepts.test(c)
  if (unit >= 0x30 && unit <= 0x39) return true
  const lower = unit | 0x20
  return accepts === LETTER_OR_DIGIT && (unit === 0x5f || (lower >= 0x61 && lower <= 0x7a))
}

function characterAt(text: string, at: number): string {
  const codePoint = text.codePointAt(at)
  return codePoint === undefined ? '' : String.fromCodePoint(codePoint)
}
