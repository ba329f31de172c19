import { describe, expect, it } from 'vitest'
import { markedBy, meaningOf, mended, messagesOf } from '../lint.fixture.ts'
import { stageNameCasing } from './stage-name-casing.ts'

describe('StageNameCasing', () => {
  it('wants stage names in lower case', () => {
    const text = 'FROM alpine AS Build\nFROM alpine AS build-2\nFROM Build\n'
    expect(messagesOf(stageNameCasing, text)).toEqual(["1: Stage name 'Build' should be lowercase"])
    expect(markedBy(stageNameCasing, text)).toEqual(['Build'])
  })

  it('points at the instruction when the name stands further down', () => {
    expect(messagesOf(stageNameCasing, '\nFROM alpine \\\n  AS X\n')).toEqual(["2: Stage name 'X' should be lowercase"])
    expect(markedBy(stageNameCasing, 'FROM alpine \\\n  AS X\n')).toEqual([undefined])
  })

  it.each([
    ['FROM alpine AS Build\nCOPY --from=Build a b\n', 'FROM alpine AS build\nCOPY --from=Build a b\n'],
    ['FROM alpine \\\r\n  AS X\r\n', 'FROM alpine \\\r\n  AS x\r\n'],
  ])('mends %j', (before, after) => {
    expect(mended(stageNameCasing, before)).toBe(after)
    expect(meaningOf(after)).toEqual(meaningOf(before))
  })
})
