import { setImmediate } from 'node:timers/promises'

const SLICE_MS = 10

/** Long synchronous work in slices: `if (pace.due()) await pace.rest()` lets others run about every 10 ms. */
export class Pace {
  readonly #signal: AbortSignal | undefined
  #until = performance.now() + SLICE_MS
  #calls = 0

  constructor(signal?: AbortSignal) {
    this.#signal = signal
    signal?.throwIfAborted()
  }

  /** Whether the slice is used up; looks at the clock at every eighth call only. */
  due(): boolean {
    return (++this.#calls & 7) === 0 && performance.now() >= this.#until
  }

  /** Rejects with the signal's reason. */
  async rest(): Promise<void> {
    await setImmediate()
    this.#signal?.throwIfAborted()
    this.#until = performance.now() + SLICE_MS
  }
}
