import { expect, it } from 'vitest'
import { splitMount } from './mount-fields.ts'

it.each([
  ['type=cache,target=/a', ['type=cache', 'target=/a']],
  ['a', ['a']],
  ['a,', ['a', '']],
  ['"a=b,c",d', ['a=b,c', 'd']],
  ['"a ""b"""', ['a "b"']],
  ['', undefined],
  ['a"b', undefined],
  ['"a', undefined],
  ['"a"b', undefined],
])('%s', (value, fields) => {
  expect(splitMount(value)).toEqual(fields)
})
