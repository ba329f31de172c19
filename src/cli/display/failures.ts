import { printable } from '../../base/source.ts'
import type { Collector } from '../../progress/index.ts'

const RULE = '------'

/** The last output of each step that failed, as buildx repeats it; empty when none did. */
export function formatFailures(collector: Collector): string {
  return [...collector.vertices.values()]
    .filter(vertex => vertex.outcome === 'failed')
    .map(vertex => `${[RULE, ` > ${printable(vertex.name)}:`, ...vertex.log.lines(), RULE].join('\n')}\n`)
    .join('')
}
