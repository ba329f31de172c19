import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { parseVolume } from './volumes.ts'

const folder = mkdtempSync(join(tmpdir(), 'tare-test-'))
afterAll(() => rmSync(folder, { recursive: true }))

describe('-v', () => {
  it('takes files and directories, read-only or not', () => {
    writeFileSync(join(folder, 'file'), '')
    expect(parseVolume(`${folder}:/data`)).toEqual({
      source: folder,
      destination: '/data',
      readOnly: false,
      type: 'dir',
    })
    expect(parseVolume(`${folder}/file:/f:ro`)).toMatchObject({ readOnly: true, type: 'file' })
  })

  it('makes a missing host directory', () => {
    parseVolume(`${folder}/new:/data`)
    expect(existsSync(join(folder, 'new'))).toBe(true)
  })

  it.each([
    ['data:/data', 'named volumes are not supported'],
    ['/a', 'expected HOST-PATH:PATH'],
    ['/a:b', 'must be absolute'],
    ['/a:/b:rx', 'unknown mode "rx"'],
    ['/a:/b:ro:z', 'expected HOST-PATH:PATH'],
  ])('refuses %s', (text, why) => {
    expect(() => parseVolume(text)).toThrow(why)
    expect(existsSync('/a')).toBe(false)
  })
})
