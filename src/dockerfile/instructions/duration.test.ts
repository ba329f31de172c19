import { expect, it } from 'vitest'
import { parseDuration } from './duration.ts'

it.each([
  ['0', 0],
  ['5s', 5e9],
  ['1m30s', 90e9],
  ['1.5h', 5400e9],
  ['.5s', 5e8],
  ['1.s', 1e9],
  ['-2ms', -2e6],
  ['+1us1ns', 1001],
  ['3\u00b5s', 3000],
  ['3\u03bcs', 3000],
])('%s is %d ns', (text, nanoseconds) => {
  expect(parseDuration(text)).toBe(nanoseconds)
})

it.each(['', '5', '5s3', 's', '.s', '-', '1x', '1 s', '1e3s', '999999999999h', '--1s'])('%j is none', text => {
  expect(parseDuration(text)).toBeTypeOf('string')
})
