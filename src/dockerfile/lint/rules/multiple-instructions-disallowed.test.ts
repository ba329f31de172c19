import { describe, expect, it } from 'vitest'
import { messagesOf } from '../lint.fixture.ts'
import { multipleInstructionsDisallowed } from './multiple-instructions-disallowed.ts'

const message = (keyword: string): string =>
  `Multiple ${keyword} instructions should not be used in the same stage because only the last one will be used`

describe('MultipleInstructionsDisallowed', () => {
  it.each([
    ['FROM a\nCMD ["x"]\nRUN y\ncmd ["z"]', [`2: ${message('cmd')}`]],
    [
      'FROM a\nENTRYPOINT ["x"]\nCMD ["x"]\nENTRYPOINT ["y"]\nENTRYPOINT ["z"]',
      [`2: ${message('ENTRYPOINT')}`, `4: ${message('ENTRYPOINT')}`],
    ],
    ['FROM a\nHEALTHCHECK NONE\nHEALTHCHECK CMD x', [`2: ${message('HEALTHCHECK')}`]],
    ['FROM a\nCMD ["x"]\n# check=skip=MultipleInstructionsDisallowed\nCMD ["y"]', []],
    ['FROM a AS b\nCMD ["x"]\nFROM b\nCMD ["y"]', []],
    ['FROM a AS b\nONBUILD CMD ["x"]\nFROM b\nCMD ["y"]', [`3: ${message('CMD')}`]],
  ])('%j', (text, expected) => {
    expect(messagesOf(multipleInstructionsDisallowed, text)).toEqual(expected)
  })
})
