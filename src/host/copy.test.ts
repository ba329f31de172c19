import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { copyFileInto, copyFilePieces, newCopyMemory } from './copy.ts'

const MIB = 1024 * 1024
let dir: string

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tare-copy-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

function pattern(size: number): Buffer {
  const bytes = Buffer.allocUnsafe(size)
  for (let i = 0; i < size; i++) bytes[i] = (i * 31 + (i >> 8)) & 0xff
  return bytes
}

function copy(size: number, memory = newCopyMemory(), target = join(dir, 'target')): number {
  const from = openSync(join(dir, 'source'), 'r')
  const to = openSync(target, 'w+')
  try {
    return copyFileInto(from, to, size, memory)
  } finally {
    closeSync(from)
    closeSync(to)
  }
}

describe('copying a file', () => {
  const ways = {
    'as the file system can': newCopyMemory,
    'without cloning': () => ({ clone: false, range: true }),
    'through a buffer': () => ({ clone: false, range: false }),
  }
  for (const [way, memory] of Object.entries(ways)) {
    it.each([0, 1, 65_536, 65_537, MIB + 3, 8 * MIB, 17 * MIB + 5])(`gives the same bytes, ${way}: %i`, size => {
      const bytes = pattern(size)
      writeFileSync(join(dir, 'source'), bytes)
      expect(copy(size, memory())).toBe(size)
      expect(readFileSync(join(dir, 'target')).equals(bytes)).toBe(true)
    })
  }

  it('keeps holes at the start, in the middle and at the end', () => {
    const fd = openSync(join(dir, 'source'), 'w')
    writeSync(fd, pattern(5000), 0, 5000, 4 * MIB)
    writeSync(fd, pattern(70_000), 0, 70_000, 9 * MIB + 11)
    closeSync(fd)
    truncateSync(join(dir, 'source'), 64 * MIB)
    expect(copy(64 * MIB)).toBe(64 * MIB)
    expect(readFileSync(join(dir, 'target')).equals(readFileSync(join(dir, 'source')))).toBe(true)
    expect(statSync(join(dir, 'target')).blocks * 512).toBeLessThan(MIB)
  })

  it('copies a file that is one hole', () => {
    writeFileSync(join(dir, 'source'), '')
    truncateSync(join(dir, 'source'), 10 * MIB)
    expect(copy(10 * MIB)).toBe(10 * MIB)
    expect(statSync(join(dir, 'target')).size).toBe(10 * MIB)
  })

  it.each([100, 200_000])('says so when the source has become shorter: %i', left => {
    writeFileSync(join(dir, 'source'), pattern(left))
    expect(copy(300_000)).toBe(left)
    expect(readFileSync(join(dir, 'target')).equals(pattern(left))).toBe(true)
  })

  it.each([100, 200_000])('copies no more than was asked for: %i', size => {
    writeFileSync(join(dir, 'source'), pattern(300_000))
    expect(copy(size)).toBe(size)
    expect(readFileSync(join(dir, 'target')).equals(pattern(size))).toBe(true)
  })

  it.skipIf(!existsSync('/dev/shm'))('copies from one file system to another', () => {
    const target = join(mkdtempSync('/dev/shm/tare-copy-'), 'target')
    const bytes = pattern(3 * MIB + 1)
    writeFileSync(join(dir, 'source'), bytes)
    expect(copy(bytes.length, newCopyMemory(), target)).toBe(bytes.length)
    expect(readFileSync(target).equals(bytes)).toBe(true)
    rmSync(join(target, '..'), { recursive: true })
  })

  it('lets the caller in between pieces of 8 MiB at most', () => {
    writeFileSync(join(dir, 'source'), pattern(20 * MIB))
    const from = openSync(join(dir, 'source'), 'r')
    const to = openSync(join(dir, 'target'), 'w+')
    const steps = [...copyFilePieces(from, to, 20 * MIB, { clone: false, range: true })]
    closeSync(from)
    closeSync(to)
    expect(steps.length).toBeGreaterThanOrEqual(3)
    expect(steps.at(-1)).toBe(20 * MIB)
  })
})
