import { isTareError } from '../../base/error.ts'
import type { Bytes } from '../../oci/index.ts'
import { BLOCK, hasChecksum } from '../tar/header-block.ts'
import { type DecompressOptions, decompressAs } from './decompress.ts'
import { type Compression, detectCompression, MAGIC_BYTES } from './detect.ts'
import { peek } from './peek.ts'

export interface OpenedArchive {
  readonly compression: Compression
  /** The uncompressed tar, to be read once. */
  readonly tar: Bytes
}

/**
 * Whether a file is a tar archive, whatever its compression and name; undefined when it is not (ADD copies it then).
 * Told from the first header (an archive with no entry is none, as in Docker); the rest is read when `tar` is.
 */
export async function openArchive(bytes: Bytes, options: DecompressOptions = {}): Promise<OpenedArchive | undefined> {
  const packed = await peek(bytes, MAGIC_BYTES)
  const compression = detectCompression(packed.head)
  const plain = await peekPlain(decompressAs(compression, packed.all, options))
  if (plain && plain.head.length === BLOCK && hasChecksum(plain.head)) return { compression, tar: plain.all }
  await plain?.all[Symbol.asyncIterator]().return?.()
  return undefined
}

/** Data that only looks compressed is no archive either. */
async function peekPlain(bytes: Bytes): Promise<{ head: Uint8Array; all: Bytes } | undefined> {
  try {
    return await peek(bytes, BLOCK)
  } catch (error) {
    if (isTareError(error, 'COMPRESSION_INVALID')) return undefined
    throw error
  }
}
