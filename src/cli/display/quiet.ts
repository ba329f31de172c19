import { Collector, type ProgressEvent } from '../../progress/index.ts'
import type { Display } from './display.ts'
import { formatFailures } from './failures.ts'
import type { Terminal } from './terminal.ts'

/** Shows nothing unless a step fails, then its last output. */
export class QuietDisplay implements Display {
  readonly #terminal: Terminal
  readonly #collector = new Collector()
  #finished = false

  constructor(terminal: Terminal) {
    this.#terminal = terminal
  }

  readonly sink = (event: ProgressEvent): void => {
    this.#collector.apply(event)
  }

  finish(): void {
    if (this.#finished) return
    this.#finished = true
    const failures = formatFailures(this.#collector)
    if (failures !== '') this.#terminal.write(failures)
  }
}
