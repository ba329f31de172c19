import { describe, expect, it } from 'vitest'
import { markedBy, messagesOf } from '../lint.fixture.ts'
import { undefinedArgInFrom } from './undefined-arg-in-from.ts'

describe('UndefinedArgInFrom', () => {
  it.each([
    ['FROM a$X', ["1: FROM argument 'X' is not declared"]],
    ['FROM a${X}${X:-b}', ["1: FROM argument 'X' is not declared"]],
    [
      'FROM --platform=$BUILDPLATFROM a',
      ["1: FROM argument 'BUILDPLATFROM' is not declared (did you mean BUILDPLATFORM?)"],
    ],
    ['ARG TAG=1\nFROM a:$TGA', ["2: FROM argument 'TGA' is not declared (did you mean TAG?)"]],
    ['FROM a\nARG X=1\nFROM a$X', ["3: FROM argument 'X' is not declared"]],
    ['ARG X\nFROM a$X', []],
    ['FROM a$TARGETVARIANT', []],
  ])('%j', (text, expected) => {
    expect(messagesOf(undefinedArgInFrom, text)).toEqual(expected)
  })

  it('is not satisfied by --build-arg', () => {
    expect(messagesOf(undefinedArgInFrom, { dockerfile: 'FROM a$X', buildArgs: { X: 'b' } })).toHaveLength(1)
  })

  it('points at the variable', () => {
    expect(markedBy(undefinedArgInFrom, 'FROM a$XY${X}$X')).toEqual(['$XY', '${X}'])
    expect(markedBy(undefinedArgInFrom, 'FROM a:${X:-1}')).toEqual(['${X'])
  })
})
