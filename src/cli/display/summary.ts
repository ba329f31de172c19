import { formatDuration } from '../../base/duration.ts'
import { formatSize } from '../../base/size.ts'
import { printable } from '../../base/source.ts'
import type { BuiltImage, BuiltOutput, Collector, StageWeight } from '../../progress/index.ts'
import { fitText } from './text-width.ts'

/**
 * Warnings, and what a finished build gave: ID, names, size, and what every stage and step added. Empty when there is
 * nothing to say. Lines of the table are cut to `columns`.
 */
export function formatSummary(collector: Collector, columns = Number.POSITIVE_INFINITY): string {
  const images = collector.images.map(image => formatImage(image, columns))
  return [formatWarnings(collector), ...images].filter(part => part !== '').join('\n')
}

function formatWarnings({ warnings }: Collector): string {
  if (warnings.length === 0) return ''
  const title = warnings.length === 1 ? ' 1 warning found:' : ` ${warnings.length} warnings found:`
  const items = warnings.map(
    ({ code, message, excerpt }) => ` - ${code}: ${printable(message)}${excerpt ? `\n${excerpt}` : ''}`,
  )
  return `${[title, ...items].join('\n')}\n`
}

function formatImage(image: BuiltImage, columns: number): string {
  const layers = image.layers === 1 ? '1 layer' : `${image.layers} layers`
  const facts = [
    ...(isSomewhere(image) ? [['image', image.id]] : []),
    ...image.names.map(name => ['name', name]),
    ...image.outputs.flatMap(output => outputFacts(output)),
    ['size', `${formatSize(image.uncompressedBytes)} uncompressed in ${layers}, ${image.platform}`],
  ]
  const lines = facts.map(([key, value]) => ` ${(key ?? '').padEnd(6)} ${value}`)
  const weights = formatWeights(image.stages).map(line => fitText(line, columns))
  return `${[...lines, ...(weights.length > 0 ? ['', ...weights] : [])].join('\n')}\n`
}

/** In the store, or in what was written. */
function isSomewhere({ stored, outputs }: BuiltImage): boolean {
  return stored || outputs.some(({ type }) => type === 'oci' || type === 'docker')
}

function outputFacts({ type, dest, sentTo = [] }: BuiltOutput): [string, string][] {
  if (dest !== undefined) return [['output', `${type} ${dest === '-' ? 'to standard output' : printable(dest)}`]]
  return sentTo.map(place => [type === 'image' ? 'pushed' : 'loaded', type === 'image' ? place : `into ${place}`])
}

interface Row {
  readonly added: string
  readonly time: string
  readonly text: string
}

function formatWeights(stages: readonly StageWeight[]): string[] {
  const rows: Row[] = [{ added: 'ADDED', time: 'TIME', text: 'STEP' }, ...stages.flatMap(stageRows)]
  if (rows.length === 1) return []
  const width = (pick: (row: Row) => string): number => Math.max(...rows.map(row => pick(row).length))
  const [added, time] = [width(row => row.added), width(row => row.time)]
  return rows.map(row => ` ${row.added.padStart(added)}  ${row.time.padStart(time)}  ${row.text}`)
}

function stageRows(stage: StageWeight): Row[] {
  const total = stage.baseBytes + stage.steps.reduce((sum, step) => sum + step.uncompressedBytes, 0)
  const note = stage.inImage ? '' : ' (not in the image)'
  const base = stage.baseBytes > 0 ? [{ added: formatSize(stage.baseBytes), time: '', text: '  base image' }] : []
  const steps = stage.steps.map(step => ({
    added: formatSize(step.uncompressedBytes),
    time: step.cached ? 'cached' : formatDuration(step.ms),
    text: `  ${printable(step.step)}`,
  }))
  return [{ added: formatSize(total), time: '', text: `${printable(stage.name)}${note}` }, ...base, ...steps]
}
