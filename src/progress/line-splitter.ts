import { decodeText } from '../base/text.ts'

const LINE_FEED = 10
const DEFAULT_LIMIT = 8192

/**
 * Cuts a byte stream into lines of text (base/text.ts). A line longer than `limit` bytes is given out in pieces, so
 * that a program that never writes a line feed costs bounded memory.
 */
export class LineSplitter {
  readonly #limit: number
  #rest: Buffer = Buffer.alloc(0)

  constructor(limit = DEFAULT_LIMIT) {
    this.#limit = limit
  }

  /** The lines that `data` completes, without their line feeds. */
  push(data: Uint8Array): string[] {
    const lines: string[] = []
    let start = 0
    for (let end = data.indexOf(LINE_FEED); end !== -1; end = data.indexOf(LINE_FEED, start)) {
      lines.push(...this.#take(data.subarray(start, end)))
      start = end + 1
    }
    this.#rest = Buffer.concat([this.#rest, data.subarray(start)])
    while (this.#rest.length >= this.#limit) {
      const cut = textBoundary(this.#rest, this.#limit)
      lines.push(decodeText(this.#rest.subarray(0, cut)))
      this.#rest = Buffer.from(this.#rest.subarray(cut))
    }
    return lines
  }

  /** The unfinished line as it stands; empty when there is none. */
  get partial(): string {
    return decodeText(this.#rest)
  }

  /** Gives out the unfinished line, if any, and forgets it. */
  flush(): string[] {
    return this.#rest.length === 0 ? [] : this.#take(new Uint8Array(0))
  }

  #take(end: Uint8Array): string[] {
    const line = Buffer.concat([this.#rest, end])
    this.#rest = Buffer.alloc(0)
    const pieces: string[] = []
    let start = 0
    while (line.length - start > this.#limit) {
      const cut = textBoundary(line.subarray(start), this.#limit)
      pieces.push(decodeText(line.subarray(start, start + cut)))
      start += cut
    }
    pieces.push(decodeText(line.subarray(start)))
    return pieces
  }
}

/** The last place at or before `limit` that is not inside a UTF-8 sequence. */
function textBoundary(bytes: Uint8Array, limit: number): number {
  let cut = limit
  while (cut > limit - 4 && ((bytes[cut] ?? 0) & 0xc0) === 0x80) cut--
  return cut > 0 ? cut : limit
}
