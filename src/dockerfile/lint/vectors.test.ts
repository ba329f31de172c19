import { describe, expect, it } from 'vitest'
import { LINT } from '../../../test/support/vectors/lint.ts'
import { readVectors, scoreRow, unexpected, vectorsAbsent } from '../../../test/support/vectors/vector-set.ts'

describe.skipIf(vectorsAbsent)('lint vectors (absent: ../shared/vectors)', () => {
  it.each(readVectors(LINT.file))('$name', async row => {
    expect(unexpected(LINT, [await scoreRow(LINT, row)])).toEqual([])
  })
})
