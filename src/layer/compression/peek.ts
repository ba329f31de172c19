import type { Bytes } from '../../oci/index.ts'

/** The first `length` bytes of a stream (fewer when it is shorter), and the whole stream, to be read once. */
export async function peek(bytes: Bytes, length: number): Promise<{ head: Uint8Array; all: Bytes }> {
  const source = bytes[Symbol.asyncIterator]()
  const first: Uint8Array[] = []
  let seen = 0
  while (seen < length) {
    const next = await source.next()
    if (next.done) break
    first.push(next.value)
    seen += next.value.length
  }
  return { head: Buffer.concat(first).subarray(0, length), all: rejoin(first, source) }
}

async function* rejoin(
  first: readonly Uint8Array[],
  source: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array, void, void> {
  try {
    yield* first
    for (let next = await source.next(); !next.done; next = await source.next()) yield next.value
  } finally {
    await source.return?.()
  }
}
