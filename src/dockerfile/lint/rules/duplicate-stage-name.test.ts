import { describe, expect, it } from 'vitest'
import { findingsOf, markedBy, messagesOf } from '../lint.fixture.ts'
import { duplicateStageName } from './duplicate-stage-name.ts'

const TEXT = 'FROM a AS x\nFROM a AS y\nFROM a AS X\nFROM a AS x\nFROM a\nFROM a\n'

describe('DuplicateStageName', () => {
  it('names every stage after the first, in whatever case', () => {
    const message = 'Duplicate stage name "x", stage names should be unique'
    expect(messagesOf(duplicateStageName, TEXT)).toEqual([`3: ${message}`, `4: ${message}`])
    expect(markedBy(duplicateStageName, TEXT)).toEqual(['X', 'x'])
  })

  it('says where the first one is, and mends nothing', () => {
    const [found] = findingsOf(duplicateStageName.info, TEXT)
    expect(found?.hint).toContain('line 1')
    expect(found?.fix).toBeUndefined()
  })
})
