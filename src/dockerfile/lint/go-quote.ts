/** How `%q` of Go writes a character that has a letter of its own. */
const LETTERS: Readonly<Record<string, string>> = {
  '\u0007': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '"': '\\"',
  '\\': '\\\\',
}

/** Text in double quotes as Go's `%q` writes it: the messages of Docker's rules are matched on by other tools. */
export function goQuote(text: string): string {
  return `"${text.replace(/["\\]|[^\P{C}]|[^\P{Z} ]/gu, escaped)}"`
}

function escaped(character: string): string {
  const letter = LETTERS[character]
  if (letter !== undefined) return letter
  const point = character.codePointAt(0) ?? 0
  if (point >= 0xdc80 && point <= 0xdcff) return `\\x${hex(point & 0xff, 2)}`
  if (point < 0x80) return `\\x${hex(point, 2)}`
  return point < 0x10000 ? `\\u${hex(point, 4)}` : `\\U${hex(point, 8)}`
}

function hex(number: number, digits: number): string {
  return number.toString(16).padStart(digits, '0')
}
