import type { Bytes } from '../../oci/index.ts'

/** Pulls exact amounts out of a stream of chunks; hands out views of the chunks, never copies but where they meet. */
export class ByteReader {
  readonly #source: AsyncIterator<Uint8Array>
  #chunk: Uint8Array = new Uint8Array(0)
  #at = 0
  #ended = false
  /** Bytes handed out so far. */
  offset = 0

  constructor(bytes: Bytes) {
    this.#source = bytes[Symbol.asyncIterator]()
  }

  /** At least one and at most `most` bytes if they are here already; undefined means: `await more()`. */
  takeNow(most: number): Uint8Array | undefined {
    const length = Math.min(most, this.#chunk.length - this.#at)
    if (length <= 0) return undefined
    const piece = this.#chunk.subarray(this.#at, this.#at + length)
    this.#at += length
    this.offset += length
    return piece
  }

  /** Exactly `length` bytes if one chunk holds them. */
  takeWhole(length: number): Uint8Array | undefined {
    return this.#chunk.length - this.#at >= length ? this.takeNow(length) : undefined
  }

  /** Gets the next chunk once all of this one was taken; false at the end of the stream. */
  async more(): Promise<boolean> {
    while (this.#at >= this.#chunk.length) {
      if (this.#ended) return false
      const next = await this.#source.next()
      if (next.done) {
        this.#ended = true
        return false
      }
      this.#chunk = next.value
      this.#at = 0
    }
    return true
  }

  /** `length` bytes in one piece; fewer only at the end of the stream. */
  async take(length: number): Promise<Uint8Array> {
    const whole = this.takeWhole(length)
    if (whole) return whole
    const joined = Buffer.allocUnsafe(length)
    let filled = 0
    while (filled < length && (await this.more())) {
      const piece = this.takeNow(length - filled)!
      joined.set(piece, filled)
      filled += piece.length
    }
    return joined.subarray(0, filled)
  }

  /** Passes over `length` bytes; false when the stream ended before. */
  async skip(length: number): Promise<boolean> {
    while (length > 0) {
      const piece = this.takeNow(length)
      if (piece) length -= piece.length
      else if (!(await this.more())) return false
    }
    return true
  }

  /** Lets go of the source, read to its end or not. */
  async close(): Promise<void> {
    if (!this.#ended) await this.#source.return?.()
    this.#ended = true
  }
}
