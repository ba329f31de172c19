import { describe, expect, it } from 'vitest'
import { IGNORE_PATTERNS } from '../../test/support/vectors/ignore-patterns.ts'
import { PARSER } from '../../test/support/vectors/parser.ts'
import { groupsOf, readVectors, scoreSet, unexpected, vectorsAbsent } from '../../test/support/vectors/vector-set.ts'
import { WORDS } from '../../test/support/vectors/words.ts'
import { isTareError } from '../base/error.ts'
import { parseDockerfile } from './index.ts'

describe.skipIf(vectorsAbsent)('public test vectors (skipped: no ../shared/vectors and no $TARE_VECTORS)', () => {
  for (const set of [PARSER, WORDS, IGNORE_PATTERNS])
    it.each(groupsOf(set))(`${set.title}: %s`, async group => {
      expect(unexpected(set, await scoreSet(set, group))).toEqual([])
    })

  it('parses the Dockerfile of every build case, but for those whose fault is one of the language', () => {
    let refused = 0
    for (const { name, steps } of readVectors('build_cases'))
      for (const { dockerfile, expect: outcome, error_contains } of steps) {
        const cause = typeof dockerfile === 'string' ? causeOf(() => parseDockerfile(dockerfile)) : undefined
        if (cause === undefined) continue
        expect(outcome, name).toBe('error')
        for (const part of error_contains) expect(cause).toContain(part)
        refused++
      }
    expect(refused).toBeGreaterThanOrEqual(3)
  })
})

function causeOf(action: () => unknown): string | undefined {
  try {
    action()
    return undefined
  } catch (error) {
    if (!isTareError(error)) throw error
    return error.message
  }
}
