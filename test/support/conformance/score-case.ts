import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TestStore } from '../store.ts'
import type { Score } from '../vectors/vector-set.ts'
import { type ConformanceCase, expectedFile } from './case-file.ts'
import { compareFacts, type Difference } from './compare-facts.ts'
import type { BuildFacts } from './image-facts.ts'
import { tareFacts } from './tare-facts.ts'
import { writeCase } from './write-case.ts'

export interface CasePlace {
  readonly store: TestStore
  /** Where the corpus's downloads are served. */
  readonly host: string
  readonly folder: string
}

export interface CaseResult {
  readonly differences: readonly Difference[]
  /** What Tare said when the build failed. */
  readonly message: string
}

/** Builds a case of the corpus and compares it with BuildKit's kept answer. */
export async function compareCase(each: ConformanceCase, { store, host, folder }: CasePlace): Promise<CaseResult> {
  const place = join(folder, each.name)
  mkdirSync(place)
  const context = join(place, 'context')
  await writeCase(each, context, host)
  const expected = JSON.parse(readFileSync(expectedFile(each), 'utf8')) as BuildFacts
  const { facts, message } = await tareFacts(each, store, { context, host, folder: place })
  return { differences: compareFacts(expected, facts), message }
}

/** A case that differs as it is meant to is a miss as well, with the case's reasons; one without a kept answer too. */
export async function scoreCase(each: ConformanceCase, place: CasePlace): Promise<Score> {
  const name = `${each.name}: ${each.title}`
  const group = each.name.split('-')[0]!
  try {
    const { differences } = await compareCase(each, place)
    if (differences.length === 0) return { group, name, outcome: 'passed' }
    const reasons = differences.map(({ key }) => each.differs.get(key) ?? `${key} differs, and nobody has said why`)
    return { group, name, outcome: 'missed', reason: [...new Set(reasons)].join('; ') }
  } catch (error) {
    return { group, name, outcome: 'missed', reason: error instanceof Error ? error.message : String(error) }
  }
}
