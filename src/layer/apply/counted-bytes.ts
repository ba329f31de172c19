import { createHash } from 'node:crypto'
import { type Bytes, type Digest, finishDigest } from '../../oci/index.ts'

/** A stream that is hashed and counted as it is read, and can be read on after its first reader has stopped. */
export class CountedBytes implements AsyncIterable<Uint8Array> {
  readonly #source: AsyncIterator<Uint8Array>
  readonly #hash = createHash('sha256')
  readonly #onProgress: ((bytes: number) => void) | undefined
  #bytes = 0
  #ended = false

  constructor(bytes: Bytes, onProgress?: (bytes: number) => void) {
    this.#source = bytes[Symbol.asyncIterator]()
    this.#onProgress = onProgress
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    return { next: () => this.#next() }
  }

  async #next(): Promise<IteratorResult<Uint8Array>> {
    const next = await this.#source.next()
    if (next.done) {
      this.#ended = true
      return next
    }
    this.#hash.update(next.value)
    this.#bytes += next.value.length
    this.#onProgress?.(this.#bytes)
    return next
  }

  async drain(): Promise<void> {
    while (!(await this.#next()).done);
  }

  async close(): Promise<void> {
    if (!this.#ended) await this.#source.return?.()
  }

  finish(): { diffId: Digest; uncompressedBytes: number } {
    return { diffId: finishDigest(this.#hash), uncompressedBytes: this.#bytes }
  }
}
