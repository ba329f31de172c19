import { execFileSync } from 'node:child_process'
import { gunzipSync, gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { TareError } from '../../base/error.ts'
import type { Bytes } from '../../oci/index.ts'
import { inPieces, makeTar } from '../../testkit/make-tar.ts'
import { Random } from '../../testkit/random.ts'
import { readAll } from '../../testkit/read-all.ts'
import { openArchive } from './archive.ts'
import { decompress, type FilterProgram } from './decompress.ts'
import { gzip } from './gzip.ts'

const MIB = 1024 * 1024
const random = new Random(1)
const text = (length: number): Buffer => Buffer.alloc(length, 'some text that comes again and again; ')
const noise = (length: number): Buffer => random.bytes(length)

const INPUTS: readonly [string, Buffer][] = [
  ['nothing', Buffer.alloc(0)],
  ['one byte', Buffer.of(7)],
  ['a block to the byte', text(MIB)],
  ['a block and a byte', text(MIB + 1)],
  ['text', text(3 * MIB + 12_345)],
  ['noise', noise(2 * MIB + 77)],
  ['text, noise and text', Buffer.concat([text(MIB), noise(MIB), text(MIB + 500_000)])],
  ['zeros', Buffer.alloc(2 * MIB)],
]

/** The real programs, whole input at once. */
const filter: FilterProgram = async function* (program, args, input) {
  yield execFileSync(program, args, { input: await readAll(input) })
}

describe('gzip', () => {
  it.each(INPUTS)('is read by zlib and by gzip: %s', async (_, input) => {
    const packed = await readAll(gzip(inPieces(input, 100_000)))
    expect(gunzipSync(packed).equals(input)).toBe(true)
    expect(execFileSync('gzip', ['-dc'], { input: packed, maxBuffer: 2 ** 26 }).equals(input)).toBe(true)
  })

  it('gives the same bytes whatever the number of jobs and the pieces of the input', async () => {
    const input = Buffer.concat([text(3 * MIB), noise(MIB), text(2 * MIB)])
    const one = await readAll(gzip(inPieces(input, 1000), { jobs: 1 }))
    const many = await readAll(gzip(inPieces(input, 3 * MIB), { jobs: 8 }))
    expect(one.equals(many)).toBe(true)
  })

  it('makes text nearly as small as one stream would, and noise hardly larger', async () => {
    const words = Buffer.from(Array.from({ length: 400_000 }, () => random.below(1000).toString(36)).join(' '))
    expect((await readAll(gzip(inPieces(words)))).length).toBeLessThan(gzipSync(words).length * 1.02)
    const hard = noise(MIB)
    expect((await readAll(gzip(inPieces(hard)))).length).toBeLessThan(hard.length + 200)
  })

  it('hands on the error of its input', async () => {
    const failing = async function* (): AsyncGenerator<Uint8Array> {
      yield text(3 * MIB)
      throw new TareError('SOURCE_BROKEN', 'reading: broken')
    }
    await expect(readAll(gzip(failing()))).rejects.toMatchObject({ code: 'SOURCE_BROKEN' })
  })
})

describe('decompress', () => {
  const input = text(300_000)

  it.each([
    ['gzip', gzipSync(input)],
    ['gzip, two members', Buffer.concat([gzipSync(input.subarray(0, 1000)), gzipSync(input.subarray(1000))])],
    ['bzip2', execFileSync('bzip2', ['-c'], { input })],
    ['xz', execFileSync('xz', ['-c'], { input })],
    ['zstd', execFileSync('zstd', ['-c'], { input })],
    ['nothing', input],
  ])('knows the compression by the first bytes: %s', async (_, packed) => {
    for (const pieces of [1, 4096]) {
      expect((await readAll(decompress(inPieces(packed, pieces), { filter }))).equals(input)).toBe(true)
    }
  })

  it.each([
    ['gzip', gzipSync(input)],
    ['zstd', execFileSync('zstd', ['-c'], { input })],
  ])('says that broken %s is broken', async (_, packed) => {
    const flipped = Buffer.from(packed)
    flipped.fill(0x55, flipped.length >> 1)
    await expect(readAll(decompress(inPieces(flipped)))).rejects.toMatchObject({ code: 'COMPRESSION_INVALID' })
    const cut = packed.subarray(0, packed.length - 10)
    await expect(readAll(decompress(inPieces(cut)))).rejects.toMatchObject({ code: 'COMPRESSION_INVALID' })
  })

  it('says so when it has no program for a format', async () => {
    const packed = execFileSync('xz', ['-c'], { input })
    await expect(readAll(decompress(inPieces(packed)))).rejects.toMatchObject({ code: 'COMPRESSION_UNSUPPORTED' })
  })

  it('hands on the error of its input', async () => {
    const failing = async function* (): AsyncGenerator<Uint8Array> {
      yield gzipSync(input).subarray(0, 100)
      throw new TareError('BLOB_DIGEST_MISMATCH', 'reading blob: wrong')
    }
    await expect(readAll(decompress(failing()))).rejects.toMatchObject({ code: 'BLOB_DIGEST_MISMATCH' })
  })

  it('stops when it is told to', async () => {
    const abort = new AbortController()
    const endless = async function* (): AsyncGenerator<Uint8Array> {
      yield gzipSync(input)
      abort.abort(new Error('enough'))
      for (;;) yield gzipSync(input)
    }
    await expect(readAll(decompress(endless(), { signal: abort.signal }))).rejects.toThrow('enough')
  })

  it('lets go of its input when its reader stops', async () => {
    let closed = false
    const source = async function* (): AsyncGenerator<Uint8Array> {
      try {
        for (;;) yield gzipSync(noise(100_000))
      } finally {
        closed = true
      }
    }
    for await (const _ of decompress(source())) break
    await expect.poll(() => closed).toBe(true)
  })
})

describe('openArchive', () => {
  const tar = makeTar([{ name: 'a', content: 'A' }])
  const open = (bytes: Uint8Array): ReturnType<typeof openArchive> => openArchive(inPieces(bytes, 100), { filter })

  it.each<[string, Uint8Array]>([
    ['none', tar],
    ['gzip', gzipSync(tar)],
    ['bzip2', execFileSync('bzip2', ['-c'], { input: tar })],
    ['xz', execFileSync('xz', ['-c'], { input: tar })],
    ['zstd', execFileSync('zstd', ['-c'], { input: tar })],
  ])('knows a tar by its content, compression %s', async (compression, packed) => {
    const archive = await open(packed)
    expect(archive?.compression).toBe(compression)
    expect((await readAll(archive?.tar as Bytes)).equals(tar)).toBe(true)
  })

  it.each<[string, Uint8Array]>([
    ['text', Buffer.from('hello')],
    ['compressed text', gzipSync('hello '.repeat(1000))],
    ['zeros', Buffer.alloc(2048)],
    ['nothing', Buffer.alloc(0)],
    ['what only begins like gzip', Buffer.concat([Buffer.of(0x1f, 0x8b, 8), Buffer.alloc(600, 'x')])],
  ])('knows what is no tar: %s', async (_, bytes) => {
    expect(await open(bytes)).toBeUndefined()
  })
})
