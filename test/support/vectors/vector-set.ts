import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { SHARED } from '../shared.ts'
import { KNOWN_MISSES, WRONG_VECTORS } from './known-misses.ts'

// biome-ignore lint/suspicious/noExplicitAny: a row's fields depend on its file and kind
export type Row = any

/** How one file of vectors is read and scored. Tests and the report use the same. */
export interface VectorSet {
  /** The file's name without `.jsonl`: of ../shared/vectors, unless `rows` says where it is. */
  readonly file: string
  /** What the set is about, for people. */
  readonly title: string
  rows?(): readonly Row[]
  /** The part of the set that a row belongs to. */
  groupOf(row: Row): string
  nameOf(row: Row): string
  /** Throws when the row does not hold; NotApplicable when it asks for what Tare does not have. */
  check(row: Row): void | Promise<void>
}

/** Why a row cannot be scored. */
export class NotApplicable extends Error {}

export interface Score {
  readonly group: string
  readonly name: string
  readonly outcome: 'passed' | 'missed' | 'vector wrong' | 'not applicable'
  /** Why it is not passed: the known reason, else what went wrong. */
  readonly reason?: string
}

const FOLDER = process.env['TARE_VECTORS'] ?? join(SHARED, 'vectors')

/** True where the facts from public test suites are not at hand: they are not on a user's machine. */
export const vectorsAbsent = !existsSync(FOLDER)

/** The rows of a vector file; none where the folder is absent. */
export function readVectors<T = Row>(file: string): T[] {
  if (vectorsAbsent) return []
  const lines = readFileSync(join(FOLDER, `${file}.jsonl`), 'utf8').split('\n')
  return lines.filter(line => line !== '').map(line => JSON.parse(line) as T)
}

function rowsOf(set: VectorSet): readonly Row[] {
  return set.rows?.() ?? readVectors(set.file)
}

/** Scores every row of a set, or those of one group. */
export async function scoreSet(set: VectorSet, group?: string): Promise<Score[]> {
  const scores: Score[] = []
  for (const row of rowsOf(set))
    if (group === undefined || set.groupOf(row) === group) scores.push(await scoreRow(set, row))
  return scores
}

/** The groups of a set, in the order of its file. */
export function groupsOf(set: VectorSet): string[] {
  return [...new Set(rowsOf(set).map(row => set.groupOf(row)))]
}

/** Misses that nobody has explained, and explained ones that are none any more: what a test must find empty. */
export function unexpected(set: VectorSet, scores: readonly Score[]): string[] {
  const known = KNOWN_MISSES[set.file] ?? {}
  return scores.flatMap(({ name, outcome, reason }) => {
    const isKnown = Object.hasOwn(known, name) || wrongReason(set, name) !== undefined
    if (outcome === 'missed' && !isKnown) return [`${name}: ${reason}`]
    return outcome === 'passed' && isKnown ? [`${name}: passes, strike it from the known misses`] : []
  })
}

/** Scores one row. */
export async function scoreRow(set: VectorSet, row: Row): Promise<Score> {
  const name = set.nameOf(row)
  const group = set.groupOf(row)
  try {
    await set.check(row)
    return { group, name, outcome: 'passed' }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    if (error instanceof NotApplicable) return { group, name, outcome: 'not applicable', reason }
    const wrong = wrongReason(set, name)
    if (wrong !== undefined) return { group, name, outcome: 'vector wrong', reason: wrong }
    return { group, name, outcome: 'missed', reason: KNOWN_MISSES[set.file]?.[name] ?? reason }
  }
}

function wrongReason(set: VectorSet, name: string): string | undefined {
  return WRONG_VECTORS[set.file]?.[name]
}
