import type { Bytes } from '../../oci/index.ts'

/** Runs `bzip2 -dc` or `xz -dc` on a stream. Rejects with a clear error when the program is not installed or fails. */
export type FilterProgram = (
  program: 'bzip2' | 'xz',
  args: readonly string[],
  input: Bytes,
  signal?: AbortSignal,
) => Bytes

export interface DecompressOptions {
  /** For bzip2 and xz; without it they are `COMPRESSION_UNSUPPORTED`. */
  readonly filter?: FilterProgram | undefined
  readonly signal?: AbortSignal | undefined
}

/** Uncompresses a stream by what its first bytes say; plain data passes through. Broken data throws `COMPRESSION_INVALID`. */
export function decompress(_bytes: Bytes, _options: DecompressOptions = {}): Bytes {
  throw new Error('being written')
}
