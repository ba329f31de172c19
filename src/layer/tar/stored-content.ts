import type { ByteReader } from './byte-reader.ts'
import { BLOCK } from './header-block.ts'
import { truncated } from './tar-error.ts'

/** The stored bytes of one entry, handed out as they come. What is not read is skipped by `finish`. */
export class StoredContent implements AsyncIterableIterator<Uint8Array> {
  readonly #reader: ByteReader
  readonly #name: string
  readonly #padding: number
  #left: number

  constructor(reader: ByteReader, name: string, size: number) {
    this.#reader = reader
    this.#name = name
    this.#left = size
    this.#padding = (BLOCK - (size % BLOCK)) % BLOCK
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  async next(): Promise<IteratorResult<Uint8Array>> {
    if (this.#left === 0) return { done: true, value: undefined }
    let piece = this.#reader.takeNow(this.#left)
    if (piece === undefined) {
      if (!(await this.#reader.more())) throw truncated(this.#reader.offset, this.#name)
      piece = this.#reader.takeNow(this.#left)!
    }
    this.#left -= piece.length
    return { done: false, value: piece }
  }

  /** Passes over what was not read, and the padding (which may be missing at the very end of a broken-off archive). */
  async finish(): Promise<void> {
    const left = this.#left
    this.#left = 0
    if (left > 0 && !(await this.#reader.skip(left))) throw truncated(this.#reader.offset, this.#name)
    if (this.#padding > 0 && !(await this.#reader.skip(this.#padding))) throw truncated(this.#reader.offset, this.#name)
  }
}
