import { formatDuration } from '../../base/duration.ts'
import { formatSize } from '../../base/size.ts'
import { printable } from '../../base/source.ts'
import type { Collector, VertexState } from '../../progress/index.ts'
import { fitText, textWidth } from './text-width.ts'
import { formatTransferBar } from './transfer.ts'

export type Tone = 'plain' | 'done' | 'failed' | 'canceled' | 'output'

/** A line of the live display, no wider than the terminal; its colour is settled when it is drawn. */
export interface FrameLine {
  readonly text: string
  readonly tone: Tone
}

export interface FrameSize {
  readonly columns: number
  readonly rows: number
}

const MAX_OUTPUT_LINES = 6

/** What is drawn over and over: the headline and the running steps with their transfers and last output lines. */
export function liveFrame(collector: Collector, startedMs: number, now: number, size: FrameSize): FrameLine[] {
  const running = collector.running()
  const rows = Math.max(2, size.rows - 1)
  const fitting = running.slice(0, running.length <= rows - 1 ? running.length : rows - 2)
  const spare = rows - 1 - running.length
  const details = Math.min(MAX_OUTPUT_LINES, Math.max(0, Math.floor(spare / Math.max(1, running.length))))
  const lines = [headline(collector, startedMs, now, size.columns)]
  for (const vertex of fitting)
    lines.push(runningLine(vertex, now, size.columns), ...detailLines(vertex, details, size.columns))
  const hidden = running.length - fitting.length
  if (hidden > 0) lines.push({ text: fitText(` => and ${hidden} more`, size.columns), tone: 'plain' })
  return lines
}

/** `[+] Building 3.2s (7/12)`. */
export function headline(collector: Collector, startedMs: number, now: number, columns: number): FrameLine {
  const total = collector.vertices.size
  const completed = collector.completedCount
  const end = [...collector.vertices.values()].some(vertex => vertex.outcome === 'failed') ? ' FAILED' : ''
  const finished = end === '' && collector.images.length > 0 ? ' FINISHED' : end
  return {
    text: fitText(`[+] Building ${formatDuration(now - startedMs)} (${completed}/${total})${finished}`, columns),
    tone: 'plain',
  }
}

/** The line of a step that has come to its end; it stays. */
export function finishedLine(vertex: VertexState, columns: number): FrameLine {
  const mark = { done: '', cached: 'CACHED ', failed: 'ERROR ', canceled: 'CANCELED ' }[vertex.outcome ?? 'done']
  const added =
    vertex.outcome === 'done' && vertex.uncompressedBytes !== undefined
      ? `+${formatSize(vertex.uncompressedBytes)} `
      : ''
  const ms = (vertex.completedMs ?? 0) - (vertex.startedMs ?? vertex.completedMs ?? 0)
  const tone = vertex.outcome === 'failed' || vertex.outcome === 'canceled' ? vertex.outcome : 'done'
  return { text: withRight(` => ${mark}${printable(vertex.name)}`, `${added}${formatDuration(ms)}`, columns), tone }
}

function runningLine(vertex: VertexState, now: number, columns: number): FrameLine {
  const time = formatDuration(now - (vertex.startedMs ?? now))
  return { text: withRight(` => ${printable(vertex.name)}`, time, columns), tone: 'plain' }
}

function detailLines(vertex: VertexState, count: number, columns: number): FrameLine[] {
  if (count === 0) return []
  const transfers = [...vertex.transfers.values()].filter(transfer => !transfer.done).map(formatTransferBar)
  const output = vertex.log.lines().map(line => `# ${line}`)
  const shown = [...transfers.slice(-count), ...output.slice(-Math.max(0, count - transfers.length) || output.length)]
  return shown.map(text => ({ text: fitText(` => => ${text}`, columns), tone: 'output' as const }))
}

/** Text on the left, as much of it as fits, and a few characters at the right edge. */
function withRight(left: string, right: string, columns: number): string {
  const room = columns - textWidth(right) - 1
  if (room < 8) return fitText(left, columns)
  const fitted = fitText(left, room)
  return `${fitted}${' '.repeat(room - textWidth(fitted))} ${right}`
}
