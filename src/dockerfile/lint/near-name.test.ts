import { expect, it } from 'vitest'
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
  expect(nearestName(name, known)).toBe(expected)
})
