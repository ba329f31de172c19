import { expect, it } from 'vitest'
import { lintInput } from './lint.fixture.ts'
import { nearestName } from './near-name.ts'

it.each([
  ['PAHT', ['PATH'], 'PATH'],
  ['FOO', ['FOOOOO', 'FO', 'FOOO'], 'FO'],
  ['ABC', ['ABD', 'ABCD'], 'ABD'],
  ['path', ['PATH'], undefined],
  ['x', ['y'], 'y'],
  ['x', [], undefined],
  ['longer', ['longest_'], undefined],
])('%s among %j', (name, known, expected) => {
  expect(nearestName(lintInput('FROM scratch'), name, known)).toBe(expected)
})
