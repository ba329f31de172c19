import { constants } from 'node:os'

/** Why work was stopped: a signal, whose exit code is 128 + its number. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted'
  readonly exitCode: number

  constructor(signal: NodeJS.Signals) {
    super(`stopped by ${signal}`)
    this.exitCode = 128 + constants.signals[signal]
  }
}

/**
 * SIGINT, SIGTERM and SIGHUP abort what runs, which then cleans up and ends; a second one ends the process at once, and
 * the next Tare reaps what is left.
 */
export class Interrupt {
  readonly #controller = new AbortController()
  #deaf = false

  constructor() {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => this.#receive(signal))
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /** From now on SIGINT belongs to the program in the foreground (`run -t`). */
  leaveSigintToChild(): void {
    this.#deaf = true
  }

  #receive(signal: NodeJS.Signals): void {
    if (signal === 'SIGINT' && this.#deaf) return
    const interrupted = new Interrupted(signal)
    if (this.#controller.signal.aborted) process.exit(interrupted.exitCode)
    this.#controller.abort(interrupted)
  }
}
