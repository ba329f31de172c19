/** The known word nearest to a mistyped one by edit distance, undefined when none is near enough to be meant. */
export function suggest(word: string, known: Iterable<string>, ignoreCase = true): string | undefined {
  if (word === '') return undefined
  const wanted = ignoreCase ? word.toLowerCase() : word
  let best: string | undefined
  let bestDistance = Math.min(3, Math.max(1, Math.ceil(word.length / 2))) + 1
  for (const candidate of known) {
    const distance = editDistance(wanted, ignoreCase ? candidate.toLowerCase() : candidate, bestDistance)
    if (distance < bestDistance) {
      best = candidate
      bestDistance = distance
    }
  }
  return best
}

/** Damerau-Levenshtein distance (adjacent swaps count one); any number >= `limit` stands for "too far". */
export function editDistance(a: string, b: string, limit = Number.POSITIVE_INFINITY): number {
  if (Math.abs(a.length - b.length) >= limit) return limit
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1
      let value = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + cost)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        value = Math.min(value, (beforeLast[j - 2] ?? 0) + 1)
      row.push(value)
    }
    beforeLast = last
    last = row
  }
  return last[b.length] ?? 0
}
