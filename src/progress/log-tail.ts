import { LineSplitter } from './line-splitter.ts'
import { sanitizeOutput } from './sanitize.ts'

/** The last lines of an output, safe to print, in bounded memory. */
export class LogTail {
  readonly #limit: number
  readonly #splitter = new LineSplitter()
  readonly #lines: string[] = []

  constructor(limit = 20) {
    this.#limit = limit
  }

  push(data: Uint8Array): void {
    for (const line of this.#splitter.push(data)) this.#lines.push(line)
    if (this.#lines.length > this.#limit) this.#lines.splice(0, this.#lines.length - this.#limit)
  }

  /** Oldest first; the unfinished last line counts. */
  lines(): readonly string[] {
    const partial = this.#splitter.partial
    const lines = partial === '' ? this.#lines : [...this.#lines, partial].slice(-this.#limit)
    return lines.map(line => sanitizeOutput(line))
  }
}
