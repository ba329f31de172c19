import { messageOf } from '../../base/error.ts'
import type { OnTransfer, ProgressSink } from '../../progress/index.ts'

/** Numbers the steps of a build that are not in its plan: metadata before it, export after it. */
export class InternalSteps {
  readonly #sink: ProgressSink
  #next: number

  constructor(sink: ProgressSink, first = 1) {
    this.#sink = sink
    this.#next = first
  }

  /** Ids from here on are free. */
  get next(): number {
    return this.#next
  }

  reserve(count: number): number {
    const first = this.#next
    this.#next += count
    return first
  }

  /** Runs work as a step of its own on the display. */
  async run<T>(name: string, work: (transfer: OnTransfer) => Promise<T>): Promise<T> {
    const id = this.reserve(1)
    this.#sink({ type: 'vertex', id, name, inputs: [] })
    this.#sink({ type: 'started', id, at: Date.now() })
    try {
      const result = await work((item, action, currentBytes, totalBytes, done) =>
        this.#sink({ type: 'transfer', id, item, action, currentBytes, totalBytes, done }),
      )
      this.#sink({ type: 'completed', id, at: Date.now(), outcome: 'done' })
      return result
    } catch (error) {
      this.#sink({ type: 'completed', id, at: Date.now(), outcome: 'failed', message: messageOf(error) })
      throw error
    }
  }
}
