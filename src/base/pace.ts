import { setImmediate } from 'node:timers/promises'

/** How long synchronous work may hold the event loop, in milliseconds. */
const SLICE_MS = 10

/** Lets others run: long synchronous work awaits `breathe()` often, which yields about every 10 ms and stops on abort. */
export class Pace {
  #since = performance.now()
  readonly #signal: AbortSignal | undefined

  constructor(signal?: AbortSignal) {
    this.#signal = signal
  }

  /** True when it is time to await `breathe`: cheaper than an await for each of 50,000 items. */
  get due(): boolean {
    return performance.now() - this.#since > SLICE_MS
  }

  async breathe(): Promise<void> {
    this.#signal?.throwIfAborted()
    if (!this.due) return
    await setImmediate()
    this.#since = performance.now()
    this.#signal?.throwIfAborted()
  }
}
