import { closeSync, readSync } from 'node:fs'

const CHUNK = 256 * 1024

/**
 * The bytes of an open file from its start, and the closing of it: a reader that goes on after that meets the end, and
 * never a descriptor that somebody else has got by then.
 */
export class FileBytes implements Disposable {
  readonly #fd: number
  #closed = false

  constructor(fd: number) {
    this.#fd = fd
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, void> {
    for (let position = 0; !this.#closed; ) {
      const chunk = Buffer.allocUnsafe(CHUNK)
      const length = readSync(this.#fd, chunk, 0, CHUNK, position)
      if (length === 0) return
      position += length
      yield chunk.subarray(0, length)
    }
  }

  [Symbol.dispose](): void {
    if (this.#closed) return
    this.#closed = true
    closeSync(this.#fd)
  }
}
