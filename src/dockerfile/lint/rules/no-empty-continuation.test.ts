import { describe, expect, it } from 'vitest'
import { meaningOf, mended, messagesOf } from '../lint.fixture.ts'
import { noEmptyContinuation } from './no-empty-continuation.ts'

describe('NoEmptyContinuation', () => {
  it('names the line where the instruction ends, once', () => {
    const text = 'FROM alpine\nRUN a \\\n\n b \\\n\n c\n\nEXPOSE \\\n  \t\n80\n'
    expect(messagesOf(noEmptyContinuation, text)).toEqual(['6: Empty continuation line', '10: Empty continuation line'])
  })

  it.each([
    'FROM alpine\nRUN a \\\n# between\n b\n',
    'FROM alpine\nRUN <<EOF\na\n\nb\nEOF\n',
    'FROM alpine\n\nRUN a\n\n',
  ])('is content with %j', text => {
    expect(messagesOf(noEmptyContinuation, text)).toEqual([])
  })

  it.each([
    ['FROM a\nRUN a \\\n\n  \n b \\\n# x\n\n c\n', 'FROM a\nRUN a \\\n b \\\n# x\n c\n'],
    ['FROM a\r\nRUN a \\\r\n\r\n b\r\n', 'FROM a\r\nRUN a \\\r\n b\r\n'],
    ['FROM a\nRUN x && \\\n\n cat <<EOF\n\ny\nEOF\n', 'FROM a\nRUN x && \\\n cat <<EOF\n\ny\nEOF\n'],
    ['# escape=`\nFROM a\nRUN a `\n\n b', '# escape=`\nFROM a\nRUN a `\n b'],
  ])('mends %j', (before, after) => {
    expect(mended(noEmptyContinuation, before)).toBe(after)
    expect(meaningOf(after)).toEqual(meaningOf(before))
  })
})
