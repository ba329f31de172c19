import type { BuiltImage, ProgressEvent, VertexId } from './events.ts'
import { LogTail } from './log-tail.ts'

export interface TransferState {
  readonly item: string
  readonly action: string
  readonly currentBytes: number
  readonly totalBytes: number | undefined
  readonly done: boolean
}

/** All that is known of a vertex so far. Times are milliseconds since the epoch. */
export interface VertexState {
  readonly id: VertexId
  /** 1-based, in the order of announcement: the `#5` of plain displays. */
  readonly number: number
  readonly name: string
  readonly inputs: readonly VertexId[]
  startedMs: number | undefined
  completedMs: number | undefined
  outcome: 'done' | 'cached' | 'failed' | 'canceled' | undefined
  message: string | undefined
  uncompressedBytes: number | undefined
  /** By item and action, in order of appearance. */
  readonly transfers: Map<string, TransferState>
  readonly log: LogTail
}

export interface WarningState {
  readonly code: string
  readonly message: string
  readonly excerpt?: string | undefined
}

/**
 * Folds the events of one build into what displays and build records read. Events of a vertex that was never announced
 * get a vertex without a name, so that nothing is lost.
 */
export class Collector {
  readonly vertices = new Map<VertexId, VertexState>()
  readonly warnings: WarningState[] = []
  readonly images: BuiltImage[] = []

  /** The vertex the event was about, if it was about one. */
  apply(event: ProgressEvent): VertexState | undefined {
    if (event.type === 'image') this.images.push(event.image)
    else if (event.type === 'warning') this.warnings.push(event)
    else return this.#applyTo(this.#vertexOf(event), event)
    return undefined
  }

  /** Vertices that are started and not completed, in order of announcement. */
  running(): VertexState[] {
    return [...this.vertices.values()].filter(isRunning)
  }

  get completedCount(): number {
    return [...this.vertices.values()].filter(vertex => vertex.outcome !== undefined).length
  }

  #vertexOf(event: Exclude<ProgressEvent, { type: 'image' | 'warning' }>): VertexState {
    const known = this.vertices.get(event.id)
    if (known) return known
    const [name, inputs] = event.type === 'vertex' ? [event.name, event.inputs] : ['', []]
    const vertex = newVertex(event.id, this.vertices.size + 1, name, inputs)
    this.vertices.set(event.id, vertex)
    return vertex
  }

  #applyTo(vertex: VertexState, event: Exclude<ProgressEvent, { type: 'image' | 'warning' }>): VertexState {
    if (event.type === 'started') vertex.startedMs ??= event.at
    else if (event.type === 'log') vertex.log.push(event.data)
    else if (event.type === 'transfer') applyTransfer(vertex, event)
    else if (event.type === 'completed') {
      vertex.completedMs = event.at
      vertex.outcome = event.outcome
      vertex.message = event.message
      vertex.uncompressedBytes = event.uncompressedBytes
    }
    return vertex
  }
}

function isRunning(vertex: VertexState): boolean {
  return vertex.startedMs !== undefined && vertex.outcome === undefined
}

function newVertex(id: VertexId, number: number, name: string, inputs: readonly VertexId[]): VertexState {
  return {
    id,
    number,
    name,
    inputs,
    startedMs: undefined,
    completedMs: undefined,
    outcome: undefined,
    message: undefined,
    uncompressedBytes: undefined,
    transfers: new Map(),
    log: new LogTail(),
  }
}

function applyTransfer(vertex: VertexState, event: Extract<ProgressEvent, { type: 'transfer' }>): void {
  vertex.transfers.set(`${event.action} ${event.item}`, {
    item: event.item,
    action: event.action,
    currentBytes: event.currentBytes,
    totalBytes: event.totalBytes,
    done: event.done ?? false,
  })
}
