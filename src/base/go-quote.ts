/** How `%q` of Go writes a character that has a letter of its own. */
const LETTERS: Readonly<Record<string, string>> = {
  '\u0007': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '\\': '\\\\',
}

/** Go's `%q` of a string, `"tab\t"`: what BuildKit writes into histories and messages. Bytes that are no UTF-8 become `\xff`. */
export function goQuote(text: string): string {
  return `"${goEscape(text, '"')}"`
}

/** What stands between the quotes. */
export function goEscape(text: string, quote: '"' | "'"): string {
  let out = ''
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0
    const letter = LETTERS[character]
    if (letter !== undefined) out += letter
    else if (character === quote) out += `\\${quote}`
    else if (code < 0x20 || code === 0x7f) out += `\\x${hex(code, 2)}`
    else if (code >= 0xdc80 && code <= 0xdcff) out += `\\x${hex(code & 0xff, 2)}`
    else if (character === ' ' || !/[\p{C}\p{Z}]/u.test(character)) out += character
    else out += code > 0xffff ? `\\U${hex(code, 8)}` : `\\u${hex(code, 4)}`
  }
  return out
}

function hex(value: number, width: number): string {
  return value.toString(16).padStart(width, '0')
}
