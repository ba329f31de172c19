import type { SourceFile, SourceRange } from '../../base/source.ts'
import { lineRange } from '../../base/source.ts'
import { decodeText, encodeText } from '../../base/text.ts'
import { dockerfileError } from '../error.ts'

/** The longest physical line that BuildKit reads, in bytes without the line end. */
const MAX_LINE = 65_535

/** A text handed out line by line. A byte-order mark at the start is taken off. */
export class SourceLines {
  readonly file: SourceFile
  readonly #raw: readonly string[]
  readonly #endsWithNewline: boolean
  /** Number of the line that `next` gave last, 0 before the first. */
  line = 0

  constructor(source: Uint8Array | string, name: string) {
    const text = withoutMark(typeof source === 'string' ? source : decodeText(source))
    const raw = text.split('\n')
    this.#endsWithNewline = raw.length > 1 && raw.at(-1) === ''
    if (this.#endsWithNewline || text === '') raw.pop()
    this.#raw = raw
    this.file = { name, lines: raw.length === 0 ? [''] : text.includes('\r') ? raw.map(withoutReturn) : raw }
  }

  get empty(): boolean {
    return this.#raw.length === 0
  }

  /** The next line without its line end; undefined at the end of the text. Throws when it is too long. */
  next(): string | undefined {
    if (this.line >= this.#raw.length) return undefined
    const content = this.file.lines[this.line] ?? ''
    this.line++
    if (content.length > MAX_LINE / 3 && encodeText(content).length > MAX_LINE) throw this.#tooLong()
    return content
  }

  /** Lines `first` to `last` (1-based, inclusive) with their line ends. */
  raw(first: number, last: number): string {
    if (last < first) return ''
    const unended = last === this.#raw.length && !this.#endsWithNewline
    return this.#raw.slice(first - 1, last).join('\n') + (unended ? '' : '\n')
  }

  /** The last line, for faults of the text as a whole. */
  get lastLine(): SourceRange {
    return lineRange(Math.max(1, this.#raw.length))
  }

  #tooLong(): Error {
    const cause = `dockerfile line greater than max allowed size of ${MAX_LINE}`
    return dockerfileError('dockerfile-line-too-long', cause, { file: this.file, range: lineRange(this.line) })
  }
}

export function withoutMark(text: string): string {
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text
}

function withoutReturn(line: string): string {
  let end = line.length
  while (end > 0 && line[end - 1] === '\r') end--
  return line.slice(0, end)
}
