/** A text that errors can point into, a Dockerfile for instance. */
export interface SourceFile {
  /** As the user named it: `Dockerfile`, `docker/app.Dockerfile`, `-`. */
  readonly name: string
  /** Lossless text (see text.ts), split into lines without their line ends. */
  readonly lines: readonly string[]
}

/** Lines are 1-based and inclusive, as in BuildKit; columns are 1-based, `endColumn` is one past the last character. */
export interface SourceRange {
  readonly startLine: number
  readonly endLine: number
  readonly startColumn?: number | undefined
  readonly endColumn?: number | undefined
}

export function lineRange(startLine: number, endLine = startLine): SourceRange {
  return { startLine, endLine }
}

/**
 * Numbered lines around a range, the faulty ones marked `>>>`, and a caret line when columns are known:
 *
 *     Dockerfile:2
 *     --------------------
 *        1 |     FROM alpine
 *        2 | >>> RUM echo hi
 *     --------------------
 */
export function formatExcerpt(file: SourceFile, range: SourceRange, context = 2): string {
  const first = Math.max(1, range.startLine - context)
  const last = Math.min(file.lines.length, range.endLine + context)
  const rule = '-'.repeat(20)
  const rows: string[] = [`${printable(file.name)}:${range.startLine}`, rule]
  for (let n = first; n <= last; n++) {
    const marked = n >= range.startLine && n <= range.endLine
    if (n === first + MOST_ROWS && last > n) {
      rows.push(`${' '.repeat(4)} | ... ${last - n} more lines`)
      n = last
    }
    rows.push(`${String(n).padStart(4)} | ${marked ? '>>>' : '   '} ${printable(shortened(file.lines[n - 1] ?? ''))}`)
    if (n === range.startLine && range.startColumn !== undefined) rows.push(caretLine(range))
  }
  rows.push(rule)
  return rows.join('\n')
}

/** More of an instruction than this tells nobody more. */
const MOST_ROWS = 60
const MOST_COLUMNS = 1000

function shortened(line: string): string {
  if (line.length <= MOST_COLUMNS) return line
  return `${line.slice(0, MOST_COLUMNS)} ... ${line.length - MOST_COLUMNS} more characters`
}

function caretLine(range: SourceRange): string {
  const start = range.startColumn ?? 1
  const end = range.endLine === range.startLine ? (range.endColumn ?? start + 1) : start + 1
  return `${' '.repeat(4)} | ${' '.repeat(3 + start)}${'^'.repeat(Math.max(1, end - start))}`
}

/** Text from outside made safe for a terminal: control characters and stray bytes become visible. */
export function printable(text: string): string {
  return text
    .replaceAll('\t', ' ')
    .replace(/[\u0000-\u001f\u007f-\u009f]/g, c => `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`)
    .replace(/[\ud800-\udfff]/gu, c => `\\x${(c.charCodeAt(0) & 0xff).toString(16).padStart(2, '0')}`)
}
