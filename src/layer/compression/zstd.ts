import { availableParallelism } from 'node:os'
import { promisify } from 'node:util'
import { constants, zstdCompress } from 'node:zlib'
import type { Bytes } from '../../oci/index.ts'
import { fixedBlocks } from './fixed-blocks.ts'
import { inOrder } from './in-order.ts'

export interface ZstdOptions {
  /** 0-22, zstd's own; 3 when not given. */
  readonly level?: number | undefined
  readonly signal?: AbortSignal | undefined
}

/** Far more than what zstd looks back at its ordinary levels, so that little is lost by beginning anew. */
const BLOCK = 8 * 1024 * 1024

const compressBlock = promisify(zstdCompress)

/**
 * Compresses on all cores: blocks of 8 MiB, each a frame of its own (RFC 8878 section 3: frames are concatenated).
 * Equal input and level give equal bytes. Holds a block and its result per core.
 */
export async function* zstd(bytes: Bytes, options: ZstdOptions = {}): AsyncGenerator<Uint8Array, void, void> {
  const params = { [constants.ZSTD_c_compressionLevel]: options.level ?? constants.ZSTD_CLEVEL_DEFAULT }
  const compress = (block: Buffer): Promise<Buffer> => compressBlock(block, { params })
  for await (const frame of inOrder(fixedBlocks(bytes, BLOCK), compress, availableParallelism() + 1)) {
    options.signal?.throwIfAborted()
    yield frame
  }
}
