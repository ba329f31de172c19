import { describe, expect, it } from 'vitest'
import { formatAgo, formatDuration } from './duration.ts'
import { formatSize } from './size.ts'

describe('formatSize', () => {
  it.each([
    [0, '0B'],
    [999, '999B'],
    [1000, '1kB'],
    [13_600_000, '13.6MB'],
    [972_000_000, '972MB'],
    [999_600, '1MB'],
    [1_400_000_000, '1.4GB'],
    [2_750_000, '2.75MB'],
  ])('%d is %s', (bytes, text) => {
    expect(formatSize(bytes)).toBe(text)
  })
})

describe('formatDuration', () => {
  it.each([
    [0, '0.0s'],
    [1234, '1.2s'],
    [99_900, '99.9s'],
    [125_000, '2m 05s'],
    [3_600_000, '60m 00s'],
  ])('%d ms is %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text)
  })
})

describe('formatAgo', () => {
  const MINUTE = 60_000
  const HOUR = 60 * MINUTE
  const DAY = 24 * HOUR
  it.each([
    [500, 'Less than a second ago'],
    [1500, '1 second ago'],
    [59_000, '59 seconds ago'],
    [MINUTE, 'About a minute ago'],
    [5 * MINUTE, '5 minutes ago'],
    [HOUR, 'About an hour ago'],
    [5 * HOUR, '5 hours ago'],
    [3 * DAY, '3 days ago'],
    [20 * DAY, '2 weeks ago'],
    [90 * DAY, '3 months ago'],
    [800 * DAY, '2 years ago'],
    [-1000, 'Less than a second ago'],
  ])('%d ms is %s', (ms, text) => {
    expect(formatAgo(1_000_000_000_000 - ms, 1_000_000_000_000)).toBe(text)
  })
})
