const ZERO_WIDTH = /^[\p{Mn}\p{Me}\p{Cf}\u200b]$/u
const WIDE =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]$/u

/** Cells that text without control characters takes on a terminal. */
export function textWidth(text: string): number {
  if (/^[\u0020-\u007e]*$/.test(text)) return text.length
  let width = 0
  for (const char of text) width += charWidth(char)
  return width
}

/** Text cut to at most `columns` cells, with `…` at the end when something is missing. */
export function fitText(text: string, columns: number): string {
  if (textWidth(text) <= columns) return text
  let out = ''
  let width = 0
  for (const char of text) {
    width += charWidth(char)
    if (width > columns - 1) break
    out += char
  }
  return columns > 0 ? `${out}…` : ''
}

function charWidth(char: string): number {
  if (char >= ' ' && char <= '~') return 1
  return ZERO_WIDTH.test(char) ? 0 : WIDE.test(char) ? 2 : 1
}
