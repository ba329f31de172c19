import { effort } from './effort.ts'
import type { LintInput } from './rule.ts'

/** How many letters a name may be off, as in BuildKit: `did you mean` is part of the messages that tools match on. */
const FARTHEST = 2

/** The known name with the fewest letters to insert, take out or replace; of several the first. */
export function nearestName(input: LintInput, name: string, known: Iterable<string>): string | undefined {
  const spent = effort(input)
  let best: string | undefined
  let least = FARTHEST + 1
  for (const candidate of known) {
    if (!spent.spend('comparisons', 1)) return undefined
    const distance = levenshtein(name, candidate, least)
    if (distance >= least) continue
    best = candidate
    least = distance
  }
  return best
}

/** Any number >= `limit` stands for "too far". */
function levenshtein(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit
  let last = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = (last[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      row.push(Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, replaced))
    }
    if (Math.min(...row) >= limit) return limit
    last = row
  }
  return last[b.length] ?? 0
}
