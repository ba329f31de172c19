import { describe, expect, it } from 'vitest'
import { markedBy, messagesOf } from '../lint.fixture.ts'
import { reservedStageName } from './reserved-stage-name.ts'

describe('ReservedStageName', () => {
  it('knows two words, in whatever case', () => {
    const text = 'FROM a AS Scratch\nFROM scratch AS context\nFROM a AS contexts\nFROM a\n'
    expect(messagesOf(reservedStageName, text)).toEqual([
      '1: Stage name should not use the same name as reserved stage "scratch"',
      '2: Stage name should not use the same name as reserved stage "context"',
    ])
    expect(markedBy(reservedStageName, text)).toEqual(['Scratch', 'context'])
  })
})
