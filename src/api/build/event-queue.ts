import type { ProgressEvent } from '../../progress/index.ts'

/** Events from a sink to an iterator. Kept until they are read; output nobody reads is dropped once the queue is long. */
export class EventQueue implements AsyncIterable<ProgressEvent> {
  readonly #events: ProgressEvent[] = []
  #wake: (() => void) | undefined
  #ended = false

  readonly push = (event: ProgressEvent): void => {
    if (event.type === 'log' && this.#events.length > MAX_WAITING) return
    this.#events.push(event)
    this.#wake?.()
  }

  end(): void {
    this.#ended = true
    this.#wake?.()
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<ProgressEvent> {
    for (;;) {
      yield* this.#events.splice(0)
      if (this.#events.length > 0) continue
      if (this.#ended) return
      await new Promise<void>(resolve => {
        this.#wake = resolve
      })
      this.#wake = undefined
    }
  }
}

/** Enough for a slow reader; a build whose caller never iterates must not fill the memory. */
const MAX_WAITING = 100_000
