/** Small enough to stay in the processor's cache between reading and hashing. */
export const CHUNK = 256 * 1024

/** Collects small pieces into chunks. A chunk that has left is never written again, unless its taker is done with it at once. */
export class ChunkBuffer {
  readonly #reuse: boolean
  chunk = Buffer.allocUnsafeSlow(CHUNK)
  used = 0

  constructor(reuse: boolean) {
    this.#reuse = reuse
  }

  /** The bytes so far, if `wanted` more do not fit. */
  flushFor(wanted: number): Buffer | undefined {
    return this.used + wanted > CHUNK ? this.flush() : undefined
  }

  flush(): Buffer {
    const full = this.chunk.subarray(0, this.used)
    if (!this.#reuse) this.chunk = Buffer.allocUnsafeSlow(CHUNK)
    this.used = 0
    return full
  }

  zeros(count: number): void {
    this.chunk.fill(0, this.used, this.used + count)
    this.used += count
  }

  /** Takes in bytes of any length; yields the chunks that get full. */
  *put(bytes: Uint8Array): Generator<Uint8Array> {
    for (let at = 0; at < bytes.length; ) {
      if (this.used === CHUNK) yield this.flush()
      const piece = bytes.subarray(at, at + CHUNK - this.used)
      this.chunk.set(piece, this.used)
      this.used += piece.length
      at += piece.length
    }
  }
}
