import type { Score } from '../../test/support/vectors/vector-set.ts'
import { formatTable } from '../markdown-table.ts'

export interface ScoredSet {
  readonly title: string
  readonly scores: readonly Score[]
}

/** One line a set. The share is of what passed and failed. */
export function scoreTable(sets: readonly ScoredSet[]): string {
  const rows = sets.map(({ title, scores }) => rowOf(title, scores))
  const all = rowOf(
    'all',
    sets.flatMap(set => set.scores),
  )
  return formatTable(['set', 'passed', 'failed', 'vector wrong', 'not applicable', 'passed of scored'], [...rows, all])
}

function rowOf(title: string, scores: readonly Score[]): string[] {
  const count = (outcome: Score['outcome']): number => scores.filter(score => score.outcome === outcome).length
  const [passed, missed] = [count('passed'), count('missed')]
  const share = passed + missed === 0 ? '-' : `${(Math.floor((1000 * passed) / (passed + missed)) / 10).toFixed(1)} %`
  return [title, passed, missed, count('vector wrong'), count('not applicable'), share].map(String)
}

/** Every miss with its reason, by set; those with the same reason together. */
export function missList(sets: readonly ScoredSet[]): string {
  return listOf(sets, 'missed', ({ name }) => shortName(name))
}

/** Vectors that BuildKit answers otherwise, with its answer. */
export function wrongVectorList(sets: readonly ScoredSet[]): string {
  return listOf(sets, 'vector wrong', ({ name }) => shortName(name))
}

/** What cannot be scored, by set; rows of a group with the same reason in one line. */
export function notApplicableList(sets: readonly ScoredSet[]): string {
  return listOf(sets, 'not applicable', ({ group }) => group)
}

function listOf(sets: readonly ScoredSet[], outcome: Score['outcome'], nameOf: (score: Score) => string): string {
  return sets
    .flatMap(({ title, scores }) =>
      linesOf(
        title,
        scores.filter(score => score.outcome === outcome),
        nameOf,
      ),
    )
    .join('\n')
}

function linesOf(title: string, scores: readonly Score[], nameOf: (score: Score) => string): string[] {
  const byReason = Map.groupBy(scores, score => oneLine(score.reason ?? ''))
  return [...byReason].map(([reason, same]) => {
    const names = [...new Set(same.map(nameOf))].join(', ')
    return `- ${title}: ${names} (${same.length}): ${reason}`
  })
}

function shortName(name: string): string {
  return `\`${name.length > 100 ? `${name.slice(0, 97)}...` : name}\``
}

function oneLine(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim()
  return line.length > 300 ? `${line.slice(0, 297)}...` : line
}
