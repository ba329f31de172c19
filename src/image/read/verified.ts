import { createHash } from 'node:crypto'
import { TareError } from '../../base/error.ts'
import { type Bytes, type Descriptor, type Digest, digestAlgorithm } from '../../oci/index.ts'
import type { ImageErrorCode } from '../errors.ts'

interface Expected {
  readonly digest: Digest
  readonly size?: number | undefined
  readonly mismatch: 'BLOB_DIGEST_MISMATCH' | 'LAYER_DIFF_ID_MISMATCH'
  readonly what: string
}

/** The bytes of a blob as BlobSource.open promises them: the last chunk arrives only if size and digest were right. */
export function verifiedBlob(bytes: Bytes, { digest, size }: Descriptor): Bytes {
  return verified(bytes, { digest, size, mismatch: 'BLOB_DIGEST_MISMATCH', what: `blob ${digest}` })
}

/** An uncompressed layer, verified as blobs are, against its diff ID. Throws `LAYER_DIFF_ID_MISMATCH`. */
export function verifiedLayer(bytes: Bytes, diffId: Digest): Bytes {
  return verified(bytes, { digest: diffId, mismatch: 'LAYER_DIFF_ID_MISMATCH', what: `layer ${diffId}` })
}

async function* verified(bytes: Bytes, expected: Expected): Bytes {
  const hash = createHash(digestAlgorithm(expected.digest))
  let held: Uint8Array | undefined
  let length = 0
  for await (const chunk of bytes) {
    length += chunk.length
    if (expected.size !== undefined && length > expected.size) throw sizeMismatch(expected, length)
    hash.update(chunk)
    if (held) yield held
    held = chunk
  }
  if (expected.size !== undefined && length !== expected.size) throw sizeMismatch(expected, length)
  const actual = `${digestAlgorithm(expected.digest)}:${hash.digest('hex')}`
  if (actual !== expected.digest)
    throw mismatch(
      expected.mismatch,
      `reading ${expected.what}: expected ${expected.digest}, got ${actual}`,
      expected.digest,
      actual,
    )
  if (held) yield held
}

function sizeMismatch({ what, size }: Expected, length: number): TareError<ImageErrorCode> {
  const actual = length > (size ?? 0) ? `more than ${size}` : `${length}`
  return mismatch('BLOB_SIZE_MISMATCH', `reading ${what}: expected ${size} bytes, got ${actual}`, size, length)
}

function mismatch(
  code: ImageErrorCode,
  message: string,
  expected: unknown,
  actual: unknown,
): TareError<ImageErrorCode> {
  return new TareError(code, message, { facts: { expected, actual } })
}
