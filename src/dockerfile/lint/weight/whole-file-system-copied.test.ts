import { describe, expect, it } from 'vitest'
import { linesOf } from './weight.fixture.ts'
import { wholeFileSystemCopied } from './whole-file-system-copied.ts'

describe('WholeFileSystemCopied', () => {
  it.each(['/ /', '/. /', '/* /', '. .', '["/", "/"]'])('finds COPY --from=build %s', paths => {
    const text = `FROM golang AS build\nRUN go build\nFROM alpine\nCOPY --from=build ${paths}\n`
    expect(linesOf(wholeFileSystemCopied, text)).toEqual([4])
  })

  it.each([
    ['a part', 'FROM golang AS build\nFROM alpine\nCOPY --from=build /app /\n'],
    ['the context', 'FROM alpine\nCOPY / /\n'],
    ['an image', 'FROM alpine\nCOPY --from=tonistiigi/xx / /\n'],
    ['an image under a name of its own', 'FROM tonistiigi/xx AS xx\nFROM alpine\nCOPY --from=xx / /\n'],
    ['a stage that began with nothing', 'FROM scratch AS files\nCOPY a /a\nFROM alpine\nCOPY --from=files / /\n'],
    ['a stage that is not built', 'FROM golang AS a\nRUN x\nFROM alpine\nCOPY --from=a / /\nFROM debian\n'],
  ])('says nothing of %s', (_, text) => {
    expect(linesOf(wholeFileSystemCopied, text)).toEqual([])
  })
})
