import { describe, expect, it } from 'vitest'
import { REAL_WORLD } from '../../test/support/vectors/real-world.ts'
import { scoreSet, unexpected, vectorsAbsent } from '../../test/support/vectors/vector-set.ts'

describe.skipIf(vectorsAbsent)('real-world Dockerfiles (skipped: no ../shared/vectors and no $TARE_VECTORS)', () => {
  it('plan, but for those that need a build argument', async () => {
    expect(unexpected(REAL_WORLD, await scoreSet(REAL_WORLD))).toEqual([])
  })
})
