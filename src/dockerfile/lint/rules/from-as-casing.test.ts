import { describe, expect, it } from 'vitest'
import { markedBy, meaningOf, mended, messagesOf } from '../lint.fixture.ts'
import { fromAsCasing } from './from-as-casing.ts'

describe('FromAsCasing', () => {
  it.each([
    ['FROM alpine as a', ["1: 'as' and 'FROM' keywords' casing do not match"]],
    ['from alpine AS a', ["1: 'AS' and 'from' keywords' casing do not match"]],
    ['FROM alpine As a', ["1: 'As' and 'FROM' keywords' casing do not match"]],
    ['FROM alpine AS a', []],
    ['from alpine as a', []],
    ['From alpine as a', []],
    ['FROM as', []],
  ])('%s', (text, expected) => {
    expect(messagesOf(fromAsCasing, text)).toEqual(expected)
  })

  it('points at the word', () => {
    expect(markedBy(fromAsCasing, 'FROM alpine as a')).toEqual(['as'])
  })

  it.each([
    ['FROM alpine as as\n', 'FROM alpine AS as\n'],
    ['from alpine As b', 'from alpine as b'],
    ['\ufeffFROM alpine \\\n as b', '\ufeffFROM alpine \\\n AS b'],
  ])('mends %j', (before, after) => {
    expect(mended(fromAsCasing, before)).toBe(after)
    expect(meaningOf(after)).toEqual(meaningOf(before))
  })
})
