import { closeSync, fstatSync, readSync, writeSync } from 'node:fs'
import { expect, it } from 'vitest'
import { openPipe } from './pipe.ts'

it.skipIf(process.platform !== 'linux')('a pipe is a real one, and ends when its writer is closed', () => {
  const { read, write } = openPipe()
  expect(fstatSync(write).isFIFO()).toBe(true)
  writeSync(write, 'through')
  closeSync(write)
  const buffer = Buffer.alloc(16)
  expect(buffer.toString('utf8', 0, readSync(read, buffer))).toBe('through')
  expect(readSync(read, buffer)).toBe(0)
  closeSync(read)
})
