import type { Bytes } from '../../oci/index.ts'

/** Cuts a stream into blocks of `size` bytes, the last one shorter; each is a buffer of its own. None for an empty stream. */
export async function* fixedBlocks(bytes: Bytes, size: number): AsyncGenerator<Buffer, void, void> {
  let block = Buffer.allocUnsafeSlow(size)
  let used = 0
  for await (const chunk of bytes) {
    for (let at = 0; at < chunk.length; ) {
      const piece = chunk.subarray(at, at + size - used)
      block.set(piece, used)
      used += piece.length
      at += piece.length
      if (used < size) continue
      yield block
      block = Buffer.allocUnsafeSlow(size)
      used = 0
    }
  }
  if (used > 0) yield block.subarray(0, used)
}
