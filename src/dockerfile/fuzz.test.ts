import fc from 'fast-check'
import { describe, it } from 'vitest'
import { FUZZ_PROPERTIES } from '../../test/support/fuzz/properties.ts'

/** Always the same inputs, so that a failure is the change's and not the day's; `npm run fuzz` tries others. */
const SEED = 20_261_122
const RUNS = 400

describe('whatever the input', () => {
  it.each(FUZZ_PROPERTIES)('$name', async ({ property }) => {
    await fc.assert(property, { seed: SEED, numRuns: RUNS })
  })
})
