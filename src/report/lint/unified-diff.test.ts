import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { formatUnifiedDiff } from './unified-diff.ts'

const TEN = Array.from({ length: 10 }, (_, i) => `${i + 1}\n`).join('')

describe('formatUnifiedDiff', () => {
  it('shows a change with its surroundings', () => {
    expect(formatUnifiedDiff('web/Dockerfile', TEN, TEN.replace('5\n', 'five\n'))).toBe(
      '--- a/web/Dockerfile\n+++ b/web/Dockerfile\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n',
    )
  })

  it('is empty where nothing changes', () => {
    expect(formatUnifiedDiff('x', TEN, TEN)).toBe('')
  })

  it.each([
    ['both ends', TEN, TEN.replace('1\n', 'one\n').replace('10\n', 'ten\n')],
    ['an added line', TEN, TEN.replace('5\n', '5\nnew\n')],
    ['a line taken out', TEN, TEN.replace('5\n', '')],
    ['a text from nothing', '', 'a\nb\n'],
    ['a text to nothing', 'a\nb\n', ''],
    ['a last line without its end', 'a\nb', 'a\nc'],
    ['a last line that gets its end', 'a\nb', 'a\nb\n'],
    ['carriage returns', 'a\r\nb\r\nc\r\n', 'a\r\nx\r\nc\r\n'],
    ['much', TEN.repeat(20), TEN.repeat(20).replaceAll('7\n', 'seven\n').replaceAll('3\n', '')],
  ])('is a patch that git takes: %s', (_, before, after) => {
    const folder = mkdtempSync(join(tmpdir(), 'tare-diff-'))
    try {
      writeFileSync(join(folder, 'file'), before)
      execFileSync('git', ['apply', '--whitespace=nowarn'], {
        cwd: folder,
        input: formatUnifiedDiff('file', before, after),
      })
      expect(readFileSync(join(folder, 'file'), 'utf8')).toBe(after)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
