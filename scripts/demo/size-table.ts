import { formatBytes, formatTable } from '../markdown-table.ts'
import type { Example } from './example.ts'

export interface ExampleSizes {
  readonly example: Example
  readonly single: number
  readonly multi: number
}

/** The demo's result: what multi-stage saves, beside what the articles report. */
export function formatSizeTable(sizes: readonly ExampleSizes[]): string {
  const head = ['example', 'program', 'single', 'multi', 'ratio', 'article single', 'article multi']
  return formatTable(head, sizes.map(sizeRow))
}

function sizeRow({ example, single, multi }: ExampleSizes): string[] {
  const { article } = example
  return [
    example.folder,
    example.program,
    formatBytes(single),
    formatBytes(multi),
    multi > 0 ? `${(single / multi).toFixed(0)} : 1` : '-',
    article.single === undefined ? '-' : formatBytes(article.single),
    article.multi === undefined ? '-' : formatBytes(article.multi),
  ]
}
