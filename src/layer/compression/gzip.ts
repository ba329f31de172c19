import type { Bytes } from '../../oci/index.ts'

export interface GzipOptions {
  /** zlib level 1-9; 6 when not given. */
  readonly level?: number | undefined
  /** Blocks in work at a time; the number of cores when not given. Does not change the output. */
  readonly jobs?: number | undefined
  readonly signal?: AbortSignal | undefined
}

/** Compresses on all cores into one gzip member; equal input and level give equal bytes. */
export function gzip(_bytes: Bytes, _options: GzipOptions = {}): Bytes {
  throw new Error('being written')
}
