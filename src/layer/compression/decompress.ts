import { Readable, type Transform } from 'node:stream'
import { createGunzip, createZstdDecompress } from 'node:zlib'
import { errnoOf, isTareError, messageOf, TareError } from '../../base/error.ts'
import type { Bytes } from '../../oci/index.ts'
import type { LayerErrorCode } from '../layer-error.ts'
import { type Compression, detectCompression, MAGIC_BYTES } from './detect.ts'
import { peek } from './peek.ts'

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

const CHUNK = 256 * 1024

/** Uncompresses a stream by what its first bytes say; plain data passes through. Broken data throws `COMPRESSION_INVALID`. */
export async function* decompress(
  bytes: Bytes,
  options: DecompressOptions = {},
): AsyncGenerator<Uint8Array, void, void> {
  const { head, all } = await peek(bytes, MAGIC_BYTES)
  yield* decompressAs(detectCompression(head), all, options)
}

/** Uncompresses a stream whose compression is known. */
export function decompressAs(compression: Compression, bytes: Bytes, options: DecompressOptions = {}): Bytes {
  if (compression === 'none') return bytes
  if (compression === 'gzip') return through(compression, bytes, createGunzip({ chunkSize: CHUNK }), options.signal)
  if (compression === 'zstd')
    return through(compression, bytes, createZstdDecompress({ chunkSize: CHUNK }), options.signal)
  if (options.filter) return options.filter(compression, ['-dc'], bytes, options.signal)
  throw new TareError<LayerErrorCode>(
    'COMPRESSION_UNSUPPORTED',
    `uncompressing ${compression} data: no program for it was given`,
  )
}

async function* through(
  kind: Compression,
  bytes: Bytes,
  transform: Transform,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  const source = Readable.from(bytes, { objectMode: false, highWaterMark: CHUNK })
  const abort = (): void => void source.destroy(signal?.reason instanceof Error ? signal.reason : new Error('aborted'))
  signal?.addEventListener('abort', abort, { once: true })
  source.on('error', error => transform.destroy(error))
  source.pipe(transform)
  try {
    signal?.throwIfAborted()
    yield* transform as AsyncIterable<Uint8Array>
  } catch (error) {
    throw isBrokenData(error) ? invalid(kind, error) : error
  } finally {
    signal?.removeEventListener('abort', abort)
    transform.destroy()
    source.destroy()
  }
}

/** zlib's and zstd's own errors; those of the source pass as they are. */
function isBrokenData(error: unknown): boolean {
  const code = (error as { code?: unknown }).code
  return !isTareError(error) && errnoOf(error) === undefined && typeof code === 'string' && /^(Z_|ZSTD_)/.test(code)
}

function invalid(kind: Compression, cause: unknown): TareError<LayerErrorCode> {
  return new TareError('COMPRESSION_INVALID', `uncompressing ${kind} data: ${messageOf(cause)}`, { cause })
}
