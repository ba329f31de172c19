import { lstatSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { TempDir } from '../testkit/temp-dir.ts'
import { checkFix } from './check-fix.ts'

const BAD = 'FROM scratch as a\r\nCOPY a /\r\n'
const MENDED = 'FROM scratch AS a\r\nCOPY a /\r\n'

it('keeps mode, line ends and links', async () => {
  using folder = new TempDir()
  const [file, link] = [join(folder.path, 'real'), join(folder.path, 'Dockerfile')]
  writeFileSync(file, BAD, { mode: 0o440 })
  symlinkSync('real', link)
  await checkFix({ dockerfile: link, write: true })
  expect(readFileSync(file, 'utf8')).toBe(MENDED)
  expect(statSync(file).mode & 0o7777).toBe(0o440)
  expect(lstatSync(link).isSymbolicLink()).toBe(true)
  expect(readdirSync(folder.path)).toHaveLength(2)
})

it('writes nothing over what came in place of the file meanwhile', async () => {
  using folder = new TempDir()
  const [file, other] = [join(folder.path, 'Dockerfile'), join(folder.path, 'other')]
  writeFileSync(file, BAD)
  writeFileSync(other, 'precious')
  const fixing = checkFix({ dockerfile: file, write: true })
  rmSync(file)
  symlinkSync('other', file)
  await expect(fixing).rejects.toThrow('it was changed while it was checked')
  expect(readFileSync(other, 'utf8')).toBe('precious')
})
