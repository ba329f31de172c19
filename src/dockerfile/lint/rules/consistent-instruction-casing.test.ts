import { describe, expect, it } from 'vitest'
import { markedBy, meaningOf, mended, messagesOf } from '../lint.fixture.ts'
import { consistentInstructionCasing } from './consistent-instruction-casing.ts'

describe('ConsistentInstructionCasing', () => {
  it.each([
    ['FROM a\nrun b\nUSER c', ["2: Command 'run' should match the case of the command majority (uppercase)"]],
    ['from a\nrun b\nUSER c', ["3: Command 'USER' should match the case of the command majority (lowercase)"]],
    ['from a\nUSER c', ["1: Command 'from' should match the case of the command majority (uppercase)"]],
    ['from a\nRun b\nuser c', ["2: Command 'Run' should match the case of the command majority (lowercase)"]],
    ['from a\nrun b\nuser c', []],
    ['arg x\narg y\nFROM a', []],
    ['FROM a\nONBUILD run b', []],
  ])('%j', (text, expected) => {
    expect(messagesOf(consistentInstructionCasing, text)).toEqual(expected)
  })

  it('points at the keyword', () => {
    expect(markedBy(consistentInstructionCasing, 'FROM a\n  Run b \\\n c')).toEqual(['Run'])
  })

  it('mends the minority', () => {
    const before = 'FROM a as b\n  Run x <<E\nrun\nE\nuser c\n'
    const after = 'FROM a as b\n  RUN x <<E\nrun\nE\nUSER c\n'
    expect(mended(consistentInstructionCasing, before)).toBe(after)
    expect(meaningOf(after)).toEqual(meaningOf(before))
  })
})
