import { createHash, type Hash } from 'node:crypto'
import { type FileHandle, open } from 'node:fs/promises'
import { errnoOf } from '../base/error.ts'
import { type Bytes, type Digest, digestAlgorithm } from '../oci/index.ts'
import { blobNotFound, digestMismatch, sizeMismatch } from './error.ts'

const CHUNK = 256 * 1024

export function hashFor(digest: Digest): Hash {
  return createHash(digestAlgorithm(digest))
}

export function digestFrom(algorithm: string, hash: Hash): Digest {
  return `${algorithm}:${hash.digest('hex')}`
}

/** Streams a blob's file. The last chunk is kept back until size and digest have proved right. */
export async function* readVerified(
  path: string,
  digest: Digest,
  size: number | undefined,
  signal?: AbortSignal,
): Bytes {
  const file = await openBlob(path, digest)
  try {
    const actual = (await file.stat()).size
    if (size !== undefined && actual !== size) throw sizeMismatch(digest, size, actual)
    yield* verify(chunksOf(file, signal), digest)
  } finally {
    await file.close()
  }
}

/** Passes chunks on, the last one only when the whole has the digest. Throws `BLOB_DIGEST_MISMATCH`. */
async function* verify(chunks: Bytes, digest: Digest): Bytes {
  const hash = hashFor(digest)
  let held: Uint8Array | undefined
  for await (const chunk of chunks) {
    hash.update(chunk)
    if (held) yield held
    held = chunk
  }
  const actual = digestFrom(digestAlgorithm(digest), hash)
  if (actual !== digest) throw digestMismatch(digest, actual)
  if (held) yield held
}

/** Each chunk is a buffer of its own: the reader may keep it. */
async function* chunksOf(file: FileHandle, signal?: AbortSignal): Bytes {
  for (;;) {
    signal?.throwIfAborted()
    const { buffer, bytesRead } = await file.read(Buffer.allocUnsafeSlow(CHUNK), 0, CHUNK)
    if (bytesRead === 0) return
    yield buffer.subarray(0, bytesRead)
  }
}

async function openBlob(path: string, digest: Digest): Promise<FileHandle> {
  try {
    return await open(path, 'r')
  } catch (error) {
    throw errnoOf(error) === 'ENOENT' ? blobNotFound(digest) : error
  }
}
