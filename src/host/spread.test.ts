import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { fileSystemOf, spreadSubdirectories } from './index.ts'

const directory = tmpdir()
const isExt4 = fileSystemOf(directory).name === 'ext4'

it.skipIf(!isExt4)('marks a directory as the top of unrelated trees (ext4 only)', () => {
  const path = mkdtempSync(join(directory, 'tare-spread-'))
  try {
    expect(spreadSubdirectories(path)).toBe(true)
    expect(execFileSync('lsattr', ['-d', path], { encoding: 'utf8' }).split(' ')[0]).toContain('T')
  } finally {
    rmSync(path, { recursive: true })
  }
})

it('does nothing where the file system has no such mark', () => {
  expect(spreadSubdirectories('/proc')).toBe(false)
})
