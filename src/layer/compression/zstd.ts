import { availableParallelism } from 'node:os'
import { promisify } from 'node:util'
import { constants, zstdCompress } from 'node:zlib'
import type { Bytes } from '../../oci/index.ts'
import { fixedBlocks } from './fixed-blocks.ts'
import { inOrder } from './in-order.ts'

export interface ZstdOptions {
  /** 1-22; 3 when not given. */
  readonly level?: number | undefined
  readonly jobs?: number | undefined
  readonly signal?: AbortSignal | undefined
}

const FRAME = 4 * 1024 * 1024
const compressFrame = promisify(zstdCompress) as (data: Uint8Array, options: object) => Promise<Buffer>

/**
 * Compresses on all cores into a row of zstd frames of 4 MiB each (RFC 8878 section 3: frames may follow one another).
 * Equal input and level give equal bytes, whatever the number of cores. Holds about 8 MiB per job.
 */
export async function* zstd(bytes: Bytes, options: ZstdOptions = {}): AsyncGenerator<Uint8Array, void, void> {
  const params = { [constants.ZSTD_c_compressionLevel]: options.level ?? 3, [constants.ZSTD_c_checksumFlag]: 1 }
  const jobs = options.jobs ?? availableParallelism()
  const compress = (frame: Uint8Array): Promise<Buffer> => compressFrame(frame, { params, chunkSize: 1024 * 1024 })
  let frames = 0
  for await (const frame of inOrder(fixedBlocks(bytes, FRAME), compress, jobs + 1)) {
    options.signal?.throwIfAborted()
    frames++
    yield frame
  }
  if (frames === 0) yield await compress(new Uint8Array(0))
}
