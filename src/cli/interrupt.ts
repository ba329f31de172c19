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

/** Who gets the signals instead of Tare. */
export interface SignalReceiver {
  signal(name: NodeJS.Signals): void
}

const ENDING = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
/** Signals that many servers give a meaning of their own. */
const OTHERS = ['SIGQUIT', 'SIGUSR1', 'SIGUSR2'] as const

/** Milliseconds from a signal that asks a program to end until it is ended, as with docker stop. */
const GRACE = 10_000

/**
 * SIGINT, SIGTERM and SIGHUP abort what runs, which then cleans up and ends; a second one ends the process at once, and
 * the next Tare reaps what is left.
 */
export class Interrupt {
  readonly #controller = new AbortController()
  #receiver: SignalReceiver | undefined
  #handedOn = 0

  constructor() {
    for (const signal of ENDING) process.on(signal, () => this.#receive(signal))
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /**
   * From now on signals go to a program that runs in the foreground. One that does not end is ended 10 s after the
   * first SIGINT or SIGTERM, or at the second; at a third this process ends at once. SIGHUP counts as one of them where
   * there is a terminal to be hung up; elsewhere it tells servers to read their settings again.
   */
  handTo(receiver: SignalReceiver): void {
    this.#receiver = receiver
    for (const signal of OTHERS) process.on(signal, () => receiver.signal(signal))
  }

  #receive(signal: NodeJS.Signals): void {
    if (this.#receiver) this.#handOn(this.#receiver, signal)
    else this.#abort(new Interrupted(signal))
  }

  #handOn(receiver: SignalReceiver, signal: NodeJS.Signals): void {
    if (signal === 'SIGHUP' && !process.stderr.isTTY) {
      receiver.signal(signal)
      return
    }
    this.#handedOn++
    if (this.#handedOn > 2) process.exit(new Interrupted(signal).exitCode)
    if (this.#handedOn === 2) {
      receiver.signal('SIGKILL')
      return
    }
    receiver.signal(signal)
    setTimeout(() => receiver.signal('SIGKILL'), GRACE).unref()
  }

  #abort(interrupted: Interrupted): void {
    if (this.#controller.signal.aborted) process.exit(interrupted.exitCode)
    this.#controller.abort(interrupted)
  }
}
