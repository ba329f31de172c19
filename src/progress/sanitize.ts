import { printable } from '../base/source.ts'

const PLAIN = /^[\u0020-\u007e]*$/
/** CSI ... m with numeric parameters: colours and attributes, the only control sequences a program's output keeps. */
const COLOUR = /\u001b\[[0-9;:]*m/
/** Other CSI, OSC / DCS / APC / PM / SOS strings up to their end, charset choices, and two-character escapes. */
const SEQUENCE =
  /\u001b\[[0-?]*[ -/]*[@-~]|\u001b[\]PX^_](?:[^\u0007\u001b\u009c]|\u001b(?!\\))*(?:\u0007|\u001b\\|\u009c|$)|\u001b[ -/]*[0-~]|\u001b/g

/**
 * One line of a program's output made safe for the user's terminal and for logs: a program in a build must not move
 * the cursor, set the title, write to the clipboard or hide text. Colours stay (`keepColour`), other control sequences
 * go, other control characters and stray bytes become visible as `\xNN`. Of a line drawn over and over with CR only
 * what would be seen at the end stays.
 */
export function sanitizeOutput(line: string, keepColour = false): string {
  const text = afterLastReturn(line)
  if (PLAIN.test(text)) return text
  let out = ''
  let last = 0
  let coloured = false
  for (const match of text.matchAll(SEQUENCE)) {
    out += visible(text.slice(last, match.index))
    last = match.index + match[0].length
    if (!keepColour || !COLOUR.test(match[0])) continue
    out += match[0]
    coloured = !/^\u001b\[0*m$/.test(match[0])
  }
  out += visible(text.slice(last))
  return coloured ? `${out}\u001b[0m` : out
}

function afterLastReturn(line: string): string {
  const text = line.replace(/\r+$/, '')
  return text.slice(text.lastIndexOf('\r') + 1)
}

function visible(text: string): string {
  if (PLAIN.test(text)) return text
  let out = ''
  for (const char of text) {
    if (char === '\b') out = out.slice(0, -1)
    else if (char === '\t') out += ' '.repeat(8 - (out.length % 8))
    else if (char !== '\u0007') out += char
  }
  return BIDI.test(out)
    ? printable(out.replace(new RegExp(BIDI, 'g'), c => `\\u${c.charCodeAt(0).toString(16)}`))
    : printable(out)
}

/** Marks that reorder what is displayed. */
const BIDI = /[\u202a-\u202e\u2066-\u2069]/
