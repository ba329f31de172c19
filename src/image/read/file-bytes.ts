import type { FileHandle } from 'node:fs/promises'
import { TareError } from '../../base/error.ts'
import type { Bytes } from '../../oci/index.ts'
import type { ImageErrorCode } from '../errors.ts'

const CHUNK = 512 * 1024

/** `length` bytes of an open file from `offset` on. Throws `ARCHIVE_MALFORMED` when the file ends before. */
export async function* readRange(
  file: FileHandle,
  offset: number,
  length: number,
  signal?: AbortSignal,
  firstChunk = CHUNK,
): Bytes {
  let position = offset
  let limit = firstChunk
  const end = offset + length
  while (position < end) {
    signal?.throwIfAborted()
    const buffer = Buffer.allocUnsafe(Math.min(limit, end - position))
    const { bytesRead } = await file.read(buffer, 0, buffer.length, position)
    if (bytesRead === 0)
      throw new TareError<ImageErrorCode>(
        'ARCHIVE_MALFORMED',
        `reading archive: it ends at byte ${position}, expected ${end}`,
      )
    yield buffer.subarray(0, bytesRead)
    position += bytesRead
    limit = CHUNK
  }
}
