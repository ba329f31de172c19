import { expect, it } from 'vitest'
import { parseBytes } from './bytes.ts'

it.each([
  ['0', 0],
  ['64', 64],
  ['64b', 64],
  ['1k', 1024],
  ['1K', 1024],
  ['32m', 32 * 1024 ** 2],
  ['32MB', 32 * 1024 ** 2],
  ['32MiB', 32 * 1024 ** 2],
  ['1.5 GiB', 1.5 * 1024 ** 3],
  ['1t', 1024 ** 4],
  ['', undefined],
  ['-1', undefined],
  ['1q', undefined],
  ['1 kk', undefined],
  ['1e3', undefined],
  ['99999999999p', undefined],
])('%s', (text, bytes) => {
  expect(parseBytes(text)).toBe(bytes)
})
