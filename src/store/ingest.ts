import { createHash } from 'node:crypto'
import { type FileHandle, open } from 'node:fs/promises'
import { type Bytes, type Digest, digestAlgorithm } from '../oci/index.ts'
import { digestFrom } from './blob-file.ts'
import type { BlobInfo } from './content.ts'
import { digestMismatch, sizeMismatch } from './error.ts'

/** What a blob must turn out to be; a part of it may be unknown. */
export interface ExpectedBlob {
  readonly digest?: Digest | undefined
  readonly size?: number | undefined
}

/**
 * Writes a stream to the new file `path`, hashing and counting on the way, and makes it durable. Throws unless it is what was
 * expected, and as soon as it is too long.
 */
export async function writeHashed(
  path: string,
  content: Bytes,
  expected: ExpectedBlob,
  signal?: AbortSignal,
): Promise<BlobInfo> {
  const file = await open(path, 'wx', 0o600)
  try {
    const written = await pour(file, content, expected, signal)
    if (expected.digest !== undefined && written.digest !== expected.digest)
      throw digestMismatch(expected.digest, written.digest)
    await file.sync()
    return written
  } finally {
    await file.close()
  }
}

async function pour(file: FileHandle, content: Bytes, expected: ExpectedBlob, signal?: AbortSignal): Promise<BlobInfo> {
  const algorithm = expected.digest === undefined ? 'sha256' : digestAlgorithm(expected.digest)
  const hash = createHash(algorithm)
  const most = expected.size ?? Number.POSITIVE_INFINITY
  let size = 0
  for await (const chunk of content) {
    signal?.throwIfAborted()
    size += chunk.length
    if (size > most) throw sizeMismatch(expected.digest, most, size)
    hash.update(chunk)
    await writeAll(file, chunk)
  }
  if (expected.size !== undefined && size !== expected.size) throw sizeMismatch(expected.digest, expected.size, size)
  return { digest: digestFrom(algorithm, hash), size }
}

async function writeAll(file: FileHandle, chunk: Uint8Array): Promise<void> {
  for (let written = 0; written < chunk.length; ) written += (await file.write(chunk, written)).bytesWritten
}
