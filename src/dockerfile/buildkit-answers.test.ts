import { expect, it } from 'vitest'
import { BUILDKIT_ANSWERS } from '../../test/support/vectors/buildkit-answers.ts'
import { scoreSet, unexpected } from '../../test/support/vectors/vector-set.ts'

it.each(BUILDKIT_ANSWERS)('$title: as BuildKit answers', async set => {
  const scores = await scoreSet(set)
  expect(scores.length).toBeGreaterThan(100)
  expect(unexpected(set, scores)).toEqual([])
})
