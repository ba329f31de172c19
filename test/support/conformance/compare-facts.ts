import { isDeepStrictEqual } from 'node:util'
import type { BuildFacts } from './image-facts.ts'

/** One fact that is not the same: `files./etc/x.mtime`, `config.Env`, `history`, `exit`. */
export interface Difference {
  readonly key: string
  readonly expected: unknown
  readonly got: unknown
}

/** Only the exit codes where they differ, or where nothing else is known of the expected one. */
export function compareFacts(expected: BuildFacts, got: BuildFacts): Difference[] {
  const differences: Difference[] = []
  const compare = (key: string, a: unknown, b: unknown): void => {
    if (!isDeepStrictEqual(a, b)) differences.push({ key, expected: a, got: b })
  }
  compare('exit', expected.exit, got.exit)
  if (!expected.config || expected.exit !== got.exit) return differences
  for (const name of namesOf(expected.config, got.config))
    compare(`config.${name}`, expected.config?.[name], got.config?.[name])
  compare('history', expected.history, got.history)
  for (const path of namesOf(expected.files, got.files)) {
    const [a, b] = [expected.files?.[path], got.files?.[path]]
    if (!a || !b) compare(`files.${path}`, a, b)
    else for (const field of namesOf(a, b)) compare(`files.${path}.${field}`, a[field], b[field])
  }
  return differences
}

function namesOf(...maps: readonly (object | undefined)[]): string[] {
  return [...new Set(maps.flatMap(map => Object.keys(map ?? {})))].sort()
}
