import { randomBytes } from 'node:crypto'
import { zstdDecompressSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { zstd } from './zstd.ts'

async function collect(bytes: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of bytes) chunks.push(chunk)
  return Buffer.concat(chunks)
}

async function* pieces(bytes: Buffer, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

const text = Buffer.concat([Buffer.from('a layer of text\n'.repeat(700_000)), randomBytes(9_000_000)])

it('gives one stream that is the input again, whatever pieces it came in', async () => {
  const one = await collect(zstd(pieces(text, 1_000_003)))
  expect(zstdDecompressSync(one).equals(text)).toBe(true)
  expect((await collect(zstd(pieces(text, 65_536)))).equals(one)).toBe(true)
})

it('compresses more at a higher level', async () => {
  const words = Buffer.from(Array.from({ length: 200_000 }, (_, i) => `${(i * 7919) % 10_007} `).join(''))
  const sizes = await Promise.all(
    [1, 19].map(async level => (await collect(zstd(pieces(words, 100_000), { level }))).length),
  )
  expect(sizes[1]).toBeLessThan(sizes[0] as number)
})
