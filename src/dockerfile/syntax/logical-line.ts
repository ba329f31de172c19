import type { SourceRange } from '../../base/source.ts'
import type { SourceLines } from './source-lines.ts'
import { skipSpace } from './space.ts'

interface Piece {
  /** Where in the joined text this piece starts. */
  readonly offset: number
  readonly line: number
  /** 0-based column of the piece's first character. */
  readonly column: number
}

/** An instruction's lines joined into one, with the way back to where each character stands. */
export class LogicalLine {
  readonly text: string
  readonly startLine: number
  endLine: number
  readonly hasEmptyContinuation: boolean
  readonly #pieces: readonly Piece[]

  constructor(
    text: string,
    pieces: readonly Piece[],
    startLine: number,
    endLine: number,
    hasEmptyContinuation: boolean,
  ) {
    this.text = text
    this.#pieces = pieces
    this.startLine = startLine
    this.endLine = endLine
    this.hasEmptyContinuation = hasEmptyContinuation
  }

  /** Of characters `start` (inclusive) to `end` (exclusive) of the joined text. */
  locate(start: number, end: number): SourceRange {
    const from = this.#pieceAt(start)
    const to = this.#pieceAt(Math.max(start, end - 1))
    return {
      startLine: from.line,
      endLine: to.line,
      startColumn: from.column + (start - from.offset) + 1,
      endColumn: to.column + (Math.max(start, end) - to.offset) + 1,
    }
  }

  #pieceAt(offset: number): Piece {
    let low = 0
    let high = this.#pieces.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((this.#pieces[middle]?.offset ?? 0) <= offset) low = middle
      else high = middle - 1
    }
    return this.#pieces[low] ?? { offset: 0, line: this.startLine, column: 0 }
  }
}

/**
 * Joins the continuation lines that follow `first`, the line that `lines` gave last. Comment lines and blank lines
 * among them are left out; leading white space is taken off the first line only.
 */
export function joinLines(first: string, lines: SourceLines, escapeChar: string): LogicalLine {
  const startLine = lines.line
  const parts: string[] = []
  const pieces: Piece[] = []
  let length = 0
  let open = true
  let hasEmptyContinuation = false
  const add = (content: string, column: number): void => {
    const end = continuationAt(content, column, escapeChar)
    open = end !== undefined
    pieces.push({ offset: length, line: lines.line, column })
    const part = content.slice(column, end)
    parts.push(part)
    length += part.length
  }
  add(first, skipSpace(first))
  while (open) {
    const next = lines.next()
    if (next === undefined) break
    const start = skipSpace(next)
    if (next[start] === '#') continue
    if (start === next.length) hasEmptyContinuation = true
    else add(next, 0)
  }
  return new LogicalLine(parts.join(''), pieces, startLine, lines.line, hasEmptyContinuation)
}

/**
 * Where the escape character at the end of the line stands, undefined when the line does not go on. An escape right
 * before it makes it an ordinary character, however many stand before that.
 */
function continuationAt(content: string, from: number, escapeChar: string): number | undefined {
  let end = content.length
  while (end > from && (content[end - 1] === ' ' || content[end - 1] === '\t')) end--
  if (end === from || content[end - 1] !== escapeChar) return undefined
  return end - 1 > from && content[end - 2] === escapeChar ? undefined : end - 1
}
