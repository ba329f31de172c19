import { describe, expect, it } from 'vitest'
import { findingsOf, messagesOf } from '../lint.fixture.ts'
import { copyIgnoredFile } from './copy-ignored-file.ts'

const about = (dockerignore: string | undefined, instruction: string) => ({
  dockerfile: `FROM a\nARG x=b\n${instruction}\n`,
  dockerignore,
})

describe('CopyIgnoredFile', () => {
  it.each([
    ['a\n', 'COPY ./a/ /', ['Copy file "a"']],
    ['a\n', 'ADD a/b c /', ['Add file "a/b"']],
    ['ab\n', 'COPY a$x b/../ab /', ['Copy file "ab"', 'Copy file "ab"']],
    ['*/a\n', 'COPY /a b/a /', ['Copy file "/a"', 'Copy file "b/a"']],
    ['*\n', 'COPY /a /', ['Copy file "/a"']],
    ['a\n', 'COPY /a /', []],
    ['**/*.md\n', 'COPY x/y.md *.md /', ['Copy file "x/y.md"', 'Copy file "*.md"']],
    ['*\n', 'COPY . /', ['Copy file "."']],
    ['**/*\n', 'COPY / /', ['Copy file "/"']],
    ['a\n', 'COPY . /', []],
    ['*\n!a\n', 'COPY . /', []],
    ['*\n!a\n', 'COPY a b /', ['Copy file "b"']],
    ['*\n!a/b\n', 'COPY a /', []],
    ['*\n!*/keep\n', 'COPY a a/b /', []],
    ['*\n!x/*\n', 'COPY a x x/y /', ['Copy file "a"']],
    ['a\n', 'COPY --from=b a /', []],
    ['**\n', 'ADD https://example.org/a git@example.org:a/b.git /', []],
    ['**\n', 'COPY <<a /\nx\na', []],
    ['', 'COPY a /', []],
    [undefined, 'COPY a /', []],
  ])('%j: %s', (dockerignore, instruction, expected) => {
    const messages = expected.map(each => `3: Attempting to ${each} that is excluded by .dockerignore`)
    expect(messagesOf(copyIgnoredFile, about(dockerignore, instruction))).toEqual(messages)
  })

  it('says which line of the ignore file it is', () => {
    const [found] = findingsOf(copyIgnoredFile.info, about('# notes\n\n  secret*\n', 'COPY secret.txt /'))
    expect(found?.hint).toContain('line 3 of the ignore file: secret*')
  })
})
