import { formatDuration } from '../../base/duration.ts'
import { formatSize } from '../../base/size.ts'
import { printable } from '../../base/source.ts'
import { Collector, LineSplitter, type ProgressEvent, sanitizeOutput, type VertexState } from '../../progress/index.ts'
import type { Display } from './display.ts'
import { formatFailures } from './failures.ts'
import { formatSummary } from './summary.ts'
import type { Clock, Terminal } from './terminal.ts'
import { formatTransfer, TransferPace } from './transfer.ts'

/** How long a running step keeps the display to itself while others have something to say, in milliseconds. */
const SWITCH_AFTER = 1000
/** Characters that may wait for their turn. */
const MAX_WAITING = 64 * 1024

interface Output {
  readonly stdout: LineSplitter
  readonly stderr: LineSplitter
  readonly pace: TransferPace
  waiting: string[]
  waitingLength: number
  waitingSince: number
}

/**
 * Lines that only ever grow, in buildx's look. Steps that run at the same time take turns: a step's lines stand together
 * under its header, which is repeated when it has the word again.
 */
export class PlainDisplay implements Display {
  readonly #terminal: Terminal
  readonly #clock: Clock
  readonly #collector = new Collector()
  readonly #outputs = new Map<VertexState, Output>()
  #current: VertexState | undefined
  #cancelTimer: (() => void) | undefined
  #wrote = false
  #finished = false

  constructor(terminal: Terminal, clock: Clock) {
    this.#terminal = terminal
    this.#clock = clock
  }

  readonly sink = (event: ProgressEvent): void => {
    const vertex = this.#collector.apply(event)
    if (!vertex || this.#finished) return
    if (event.type === 'started') this.#say(vertex, [])
    else if (event.type === 'log') this.#log(vertex, event)
    else if (event.type === 'transfer') this.#transfer(vertex, event)
    else if (event.type === 'completed') this.#complete(vertex, event)
  }

  finish(): void {
    if (this.#finished) return
    this.#flushWaiting()
    this.#finished = true
    this.#cancelTimer?.()
    const end = formatFailures(this.#collector) || formatSummary(this.#collector)
    if (end !== '') this.#terminal.write(this.#wrote && !end.startsWith('------') ? `\n${end}` : end)
  }

  #log(vertex: VertexState, event: Extract<ProgressEvent, { type: 'log' }>): void {
    const output = this.#outputOf(vertex)
    const time = logTime(event.at - (vertex.startedMs ?? event.at))
    const lines = output[event.stream].push(event.data)
    if (lines.length > 0)
      this.#say(
        vertex,
        lines.map(line => this.#logLine(time, line)),
      )
  }

  #transfer(vertex: VertexState, event: Extract<ProgressEvent, { type: 'transfer' }>): void {
    if (this.#outputOf(vertex).pace.isDue(event, this.#clock.now())) this.#say(vertex, [formatTransfer(event)])
  }

  #complete(vertex: VertexState, event: Extract<ProgressEvent, { type: 'completed' }>): void {
    const output = this.#outputOf(vertex)
    const time = logTime(event.at - (vertex.startedMs ?? event.at))
    const rest = [...output.stdout.flush(), ...output.stderr.flush()].map(line => this.#logLine(time, line))
    const last = outcomeLine(vertex)
    this.#say(vertex, last === undefined ? rest : [...rest, last])
    this.#outputs.delete(vertex)
    this.#flushWaiting()
  }

  /** Colours are the program's own, and stay unless nobody wants any. */
  #logLine(time: string, line: string): string {
    return `${time} ${sanitizeOutput(line, !this.#terminal.env['NO_COLOR'])}`
  }

  #outputOf(vertex: VertexState): Output {
    const known = this.#outputs.get(vertex)
    if (known) return known
    const output: Output = {
      stdout: new LineSplitter(),
      stderr: new LineSplitter(),
      pace: new TransferPace(),
      waiting: [],
      waitingLength: 0,
      waitingSince: 0,
    }
    this.#outputs.set(vertex, output)
    return output
  }

  /** Writes lines of a step at once if it has the word, can have it, or is at its end; else they wait. */
  #say(vertex: VertexState, lines: readonly string[]): void {
    const current = this.#current
    const free = current === undefined || current === vertex || current.outcome !== undefined
    const output = this.#outputOf(vertex)
    if (free && output.waiting.length === 0) {
      this.#write(vertex, lines)
      return
    }
    if (output.waiting.length === 0) output.waitingSince = this.#clock.now()
    output.waiting.push(...(output.waiting.length === 0 && lines.length === 0 ? [''] : lines))
    output.waitingLength += lines.reduce((sum, line) => sum + line.length, 0)
    if (free || vertex.outcome !== undefined || output.waitingLength > MAX_WAITING) this.#writeWaiting(vertex, output)
    else this.#startTimer(SWITCH_AFTER)
  }

  #startTimer(ms: number): void {
    this.#cancelTimer ??= this.#clock.after(ms, () => {
      this.#cancelTimer = undefined
      this.#takeTurns()
    })
  }

  /** Gives the word to those that have waited long enough. */
  #takeTurns(): void {
    const now = this.#clock.now()
    const waiting = [...this.#outputs].filter(([, output]) => output.waiting.length > 0)
    for (const [vertex, output] of waiting)
      if (now - output.waitingSince >= SWITCH_AFTER) this.#writeWaiting(vertex, output)
    const left = waiting.filter(([, output]) => output.waiting.length > 0)
    if (left.length > 0)
      this.#startTimer(Math.min(...left.map(([, output]) => output.waitingSince + SWITCH_AFTER - now)))
  }

  #flushWaiting(): void {
    for (const [vertex, output] of this.#outputs) if (output.waiting.length > 0) this.#writeWaiting(vertex, output)
  }

  #writeWaiting(vertex: VertexState, output: Output): void {
    const lines = output.waiting.filter(line => line !== '')
    output.waiting = []
    output.waitingLength = 0
    this.#write(vertex, lines)
  }

  #write(vertex: VertexState, lines: readonly string[]): void {
    const prefix = `#${vertex.number}`
    let text = ''
    if (this.#current !== vertex) {
      if (this.#current && this.#current.outcome === undefined) text += `#${this.#current.number} ...\n`
      text += `${this.#wrote ? '\n' : ''}${prefix} ${printable(vertex.name)}\n`
      this.#current = vertex
    }
    for (const line of lines) text += `${prefix} ${line}\n`
    if (text === '') return
    this.#terminal.write(text)
    this.#wrote = true
  }
}

/** Seconds since the step began in five characters, as buildx prints them: `0.123`, `12.34`, `123.4`. */
function logTime(ms: number): string {
  return (ms / 1000).toFixed(3).slice(0, 5).replace(/\.$/, '')
}

function outcomeLine(vertex: VertexState): string | undefined {
  if (vertex.outcome === 'cached') return 'CACHED'
  if (vertex.outcome === 'failed') return `ERROR: ${sanitizeOutput(vertex.message ?? 'failed')}`
  if (vertex.outcome === 'canceled') return 'CANCELED'
  const time = formatDuration((vertex.completedMs ?? 0) - (vertex.startedMs ?? vertex.completedMs ?? 0))
  return vertex.uncompressedBytes === undefined
    ? `DONE ${time}`
    : `DONE ${time} +${formatSize(vertex.uncompressedBytes)}`
}
