import type { Vertex } from '../plan/index.ts'
import type { ProgressEvent } from '../progress/index.ts'
import type { SolveOptions } from './environment.ts'

/** `[builder 4/7] RUN go build`; `[2/3] RUN ...` in a file of one unnamed stage; the text alone for what is no step. */
export function vertexName({ label }: Vertex): string {
  const position = label.total === undefined ? undefined : `${label.step}/${label.total}`
  const place = [label.stage, position].filter(part => part !== undefined).join(' ')
  return place === '' ? label.text : `[${place}] ${label.text}`
}

/** Tells the sink of one vertex: started at most once, completed exactly once after that. */
export class VertexReport {
  readonly #id: number
  readonly #sink: (event: ProgressEvent) => void
  #started = false

  constructor(vertex: Vertex, options: SolveOptions) {
    this.#id = options.firstVertexId + vertex.index
    this.#sink = options.onProgress
  }

  started(): void {
    if (this.#started) return
    this.#started = true
    this.#sink({ type: 'started', id: this.#id, at: Date.now() })
  }

  log(stream: 'stdout' | 'stderr', data: Uint8Array): void {
    this.#sink({ type: 'log', id: this.#id, at: Date.now(), stream, data })
  }

  transfer(item: string, action: string, currentBytes: number, totalBytes?: number, done?: boolean): void {
    this.started()
    this.#sink({ type: 'transfer', id: this.#id, item, action, currentBytes, totalBytes, done })
  }

  completed(outcome: 'done' | 'cached' | 'canceled', uncompressedBytes?: number): void {
    if (outcome === 'canceled' && !this.#started) return
    this.started()
    this.#sink({ type: 'completed', id: this.#id, at: Date.now(), outcome, uncompressedBytes })
  }

  failed(message: string): void {
    this.started()
    this.#sink({ type: 'completed', id: this.#id, at: Date.now(), outcome: 'failed', message })
  }
}
