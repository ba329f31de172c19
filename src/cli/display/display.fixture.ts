import type { ProgressEvent, VertexId } from '../../progress/index.ts'
import type { Clock, Terminal } from './terminal.ts'

/** A clock that stands still until it is told to go on. */
export class FakeClock implements Clock {
  #now: number
  #timers: { at: number; callback: () => void }[] = []

  constructor(now = 1_000_000) {
    this.#now = now
  }

  now(): number {
    return this.#now
  }

  after(ms: number, callback: () => void): () => void {
    const timer = { at: this.#now + ms, callback }
    this.#timers.push(timer)
    return () => {
      this.#timers = this.#timers.filter(other => other !== timer)
    }
  }

  advance(ms: number): void {
    const end = this.#now + ms
    for (;;) {
      const next = this.#timers.filter(timer => timer.at <= end).sort((a, b) => a.at - b.at)[0]
      if (!next) break
      this.#timers = this.#timers.filter(timer => timer !== next)
      this.#now = Math.max(this.#now, next.at)
      next.callback()
    }
    this.#now = end
  }

  get timers(): number {
    return this.#timers.length
  }
}

/** Records what is written, and shows it as a terminal that knows the few sequences displays use. */
export class FakeTerminal implements Terminal {
  readonly isTty: boolean
  readonly env: Record<string, string>
  readonly writes: string[] = []
  columns: number
  rows: number
  readonly #resizes = new Set<() => void>()
  readonly #exits = new Set<() => void>()

  constructor(more: { isTty?: boolean; env?: Record<string, string>; columns?: number; rows?: number } = {}) {
    this.isTty = more.isTty ?? true
    this.env = more.env ?? { TERM: 'xterm', NO_COLOR: '1' }
    this.columns = more.columns ?? 81
    this.rows = more.rows ?? 24
  }

  size(): { columns: number; rows: number } {
    return { columns: this.columns, rows: this.rows }
  }

  write(text: string): void {
    this.writes.push(text)
  }

  onResize(callback: () => void): () => void {
    this.#resizes.add(callback)
    return () => this.#resizes.delete(callback)
  }

  onExit(callback: () => void): () => void {
    this.#exits.add(callback)
    return () => this.#exits.delete(callback)
  }

  resize(columns: number, rows: number): void {
    this.columns = columns
    this.rows = rows
    for (const callback of this.#resizes) callback()
  }

  exit(): void {
    for (const callback of [...this.#exits]) callback()
  }

  get output(): string {
    return this.writes.join('')
  }

  get cursorVisible(): boolean {
    return this.output.lastIndexOf('\u001b[?25h') >= this.output.lastIndexOf('\u001b[?25l')
  }

  /** What a user sees: all lines ever scrolled by and the screen, trailing blanks off. */
  screen(): string {
    return emulate(this.output)
  }
}

/** Throws on a sequence that displays should not write. */
function emulate(output: string): string {
  const lines: string[] = ['']
  let row = 0
  let column = 0
  for (const [token] of output.matchAll(/\u001b\[[?]?[\d;]*[A-Za-z]|[\r\n]|[^\u001b\r\n]+|\u001b/g)) {
    if (token === '\n') {
      row++
      column = 0
      if (row === lines.length) lines.push('')
    } else if (token === '\r') column = 0
    else if (/^\u001b\[\d+A$/.test(token)) row = Math.max(0, row - Number(token.slice(2, -1)))
    else if (token === '\u001b[K') lines[row] = (lines[row] ?? '').slice(0, column)
    else if (token === '\u001b[J') {
      lines.length = row + 1
      lines[row] = (lines[row] ?? '').slice(0, column)
    } else if (/^\u001b\[(\?25[hl]|\?2026[hl]|\d*m)$/.test(token)) continue
    else if (token.startsWith('\u001b')) throw new Error(`unexpected sequence ${JSON.stringify(token)}`)
    else {
      const line = lines[row] ?? ''
      lines[row] = line.padEnd(column).slice(0, column) + token + line.slice(column + token.length)
      column += token.length
    }
  }
  return lines.map(line => line.trimEnd()).join('\n')
}

/** Short words for the events of a build. */
export function eventsOf(sink: (event: ProgressEvent) => void, clock: FakeClock) {
  return {
    vertex: (id: VertexId, name: string, inputs: readonly VertexId[] = []) =>
      sink({ type: 'vertex', id, name, inputs }),
    start: (id: VertexId) => sink({ type: 'started', id, at: clock.now() }),
    log: (id: VertexId, text: string | Uint8Array, stream: 'stdout' | 'stderr' = 'stdout') =>
      sink({ type: 'log', id, at: clock.now(), stream, data: Buffer.from(text) }),
    transfer: (id: VertexId, item: string, currentBytes: number, totalBytes: number, done = false) =>
      sink({ type: 'transfer', id, item, action: 'pulling', currentBytes, totalBytes, done }),
    done: (id: VertexId, uncompressedBytes?: number) =>
      sink({ type: 'completed', id, at: clock.now(), outcome: 'done', uncompressedBytes }),
    cached: (id: VertexId) => sink({ type: 'completed', id, at: clock.now(), outcome: 'cached' }),
    fail: (id: VertexId, message: string) =>
      sink({ type: 'completed', id, at: clock.now(), outcome: 'failed', message }),
    cancel: (id: VertexId) => sink({ type: 'completed', id, at: clock.now(), outcome: 'canceled' }),
    warn: (code: string, message: string, excerpt?: string) => sink({ type: 'warning', code, message, excerpt }),
    image: () =>
      sink({
        type: 'image',
        image: {
          id: `sha256:${'ab'.repeat(32)}`,
          platform: 'linux/amd64',
          names: ['docker.io/library/app:latest'],
          layers: 2,
          uncompressedBytes: 13_600_000,
          stored: true,
          outputs: [],
          stages: [
            {
              name: 'builder',
              inImage: false,
              baseBytes: 897_000_000,
              steps: [
                { step: 'COPY go.mod .', uncompressedBytes: 2048, cached: true, ms: 0 },
                { step: 'RUN go build', uncompressedBytes: 95_300_000, cached: false, ms: 12_345 },
              ],
            },
            {
              name: 'stage-1',
              inImage: true,
              baseBytes: 2_860_000,
              steps: [{ step: 'COPY --from=builder /app /app', uncompressedBytes: 10_740_000, cached: false, ms: 80 }],
            },
          ],
        },
      }),
  }
}
