import { describe, expect, it } from 'vitest'
import { messagesOf } from '../lint.fixture.ts'
import { jsonArgsRecommended } from './json-args-recommended.ts'

const message = (keyword: string): string =>
  `JSON arguments recommended for ${keyword} to prevent unintended behavior related to OS signals`

describe('JSONArgsRecommended', () => {
  it.each([
    ['FROM a\nCMD x y', [`2: ${message('CMD')}`]],
    ['FROM a\nentrypoint x', [`2: ${message('entrypoint')}`]],
    ['FROM a\nCMD ["x"', [`2: ${message('CMD')}`]],
    ['FROM a\nCMD ["x"]\nENTRYPOINT []', []],
    ['FROM a\nHEALTHCHECK CMD x\nRUN x', []],
    ['FROM a\nSHELL ["/bin/bash", "-c"]\nCMD x', []],
    ['FROM a\nCMD x\nSHELL ["/bin/bash", "-c"]', [`2: ${message('CMD')}`]],
    ['FROM a AS b\nSHELL ["/bin/bash", "-c"]\nFROM b\nCMD x', []],
    ['FROM a AS b\nONBUILD CMD x\nFROM b\n', [`3: ${message('CMD')}`]],
  ])('%j', (text, expected) => {
    expect(messagesOf(jsonArgsRecommended, text)).toEqual(expected)
  })

  it('knows the shell of a base image', () => {
    const image = { platform: undefined, environment: new Map(), shell: ['/bin/bash', '-c'], triggers: [] }
    const baseImages = new Map([['bashed', image]])
    expect(messagesOf(jsonArgsRecommended, 'FROM bashed\nCMD x', { baseImages })).toEqual([])
  })
})
