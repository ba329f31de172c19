import { Collector, type ProgressEvent } from '../../progress/index.ts'
import type { Display } from './display.ts'
import { formatFailures } from './failures.ts'
import { type FrameLine, type FrameSize, finishedLine, headline, liveFrame } from './frame.ts'
import { LiveRegion } from './live-region.ts'
import { formatSummary } from './summary.ts'
import type { Clock, Terminal } from './terminal.ts'

/** Milliseconds between two frames at the least. */
const FRAME_INTERVAL = 100

/** A live region with what is running; the line of a finished step moves up and stays. */
export class TtyDisplay implements Display {
  readonly #terminal: Terminal
  readonly #clock: Clock
  readonly #collector = new Collector()
  readonly #region: LiveRegion
  readonly #startedMs: number
  readonly #forgetResize: () => void
  #above: FrameLine[] = []
  #cancelTimer: (() => void) | undefined
  #finished = false

  constructor(terminal: Terminal, clock: Clock) {
    this.#terminal = terminal
    this.#clock = clock
    this.#startedMs = clock.now()
    this.#region = new LiveRegion(terminal)
    this.#forgetResize = terminal.onResize(() => this.#draw())
    this.#schedule(0)
  }

  readonly sink = (event: ProgressEvent): void => {
    if (this.#finished) return
    const vertex = this.#collector.apply(event)
    if (vertex && event.type === 'completed') this.#above.push(finishedLine(vertex, this.#size().columns))
  }

  finish(): void {
    if (this.#finished) return
    this.#finished = true
    this.#cancelTimer?.()
    this.#forgetResize()
    const last = headline(this.#collector, this.#startedMs, this.#clock.now(), this.#size().columns)
    this.#region.draw([], [...this.#above, last])
    this.#region.close()
    const failures = formatFailures(this.#collector)
    const summary = failures === '' ? formatSummary(this.#collector, this.#size().columns) : ''
    if (failures !== '' || summary !== '') this.#terminal.write(failures || `\n${summary}`)
  }

  /** Events only change the state; it is drawn by the clock, however many there are. */
  #schedule(ms: number): void {
    this.#cancelTimer = this.#clock.after(ms, () => {
      this.#draw()
      this.#schedule(FRAME_INTERVAL)
    })
  }

  /** The last column stays free: a terminal that is about to wrap would erase it with the rest of the line. */
  #size(): FrameSize {
    const { columns, rows } = this.#terminal.size()
    return { columns: columns - 1, rows }
  }

  #draw(): void {
    if (this.#finished) return
    this.#region.draw(liveFrame(this.#collector, this.#startedMs, this.#clock.now(), this.#size()), this.#above)
    this.#above = []
  }
}
