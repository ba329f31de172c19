import { describe, expect, it } from 'vitest'
import { messagesOf } from '../lint.fixture.ts'
import { workdirRelativePath } from './workdir-relative-path.ts'

const message = (path: string): string =>
  `Relative workdir ${path} can have unexpected results if the base image changes`

describe('WorkdirRelativePath', () => {
  it.each([
    ['FROM a\nWORKDIR x', [`2: ${message('"x"')}`]],
    ['FROM a\nWORKDIR x\nWORKDIR y', [`2: ${message('"x"')}`]],
    ['FROM a\nWORKDIR /x\nWORKDIR y', []],
    ['FROM a AS b\nWORKDIR /x\nFROM b\nWORKDIR y', []],
    ['FROM a\nENV D=/x\nWORKDIR $D', []],
    ['FROM a\nENV D=x\nWORKDIR ${D}/"y z"', [`3: ${message('"x/y z"')}`]],
    ['FROM a\nWORKDIR a\tb\\"', [`2: ${message('"a\\tb\\""')}`]],
    ['FROM a\nWORKDIR c:\\\\x', [`2: ${message('"c:\\\\x"')}`]],
  ])('%j', (text, expected) => {
    expect(messagesOf(workdirRelativePath, text)).toEqual(expected)
  })

  it('knows drives where the image is for Windows', () => {
    const windows = { dockerfile: '# escape=`\nFROM a\nWORKDIR c:\\x', platform: 'windows/amd64' }
    expect(messagesOf(workdirRelativePath, windows)).toEqual([])
  })
})
