import { TareError } from '../base/error.ts'
import type { Digest } from '../oci/index.ts'

export type StoreErrorCode =
  | 'STORE_NETWORK_FILE_SYSTEM'
  | 'STORE_UNREACHABLE'
  | 'STORE_FULL'
  | 'STORE_UNSUPPORTED_DIGEST'
  | 'BLOB_NOT_FOUND'
  | 'BLOB_DIGEST_MISMATCH'
  | 'BLOB_SIZE_MISMATCH'
  | 'IMAGE_NOT_FOUND'
  | 'IMAGE_AMBIGUOUS'
  | 'IMAGE_INVALID'
  | 'IMAGE_IN_USE'

export function blobNotFound(digest: Digest): TareError<StoreErrorCode> {
  return new TareError('BLOB_NOT_FOUND', `opening blob ${digest}: it is not in the store`, { facts: { digest } })
}

export function digestMismatch(expected: Digest, actual: Digest): TareError<StoreErrorCode> {
  return new TareError('BLOB_DIGEST_MISMATCH', `reading blob ${expected}: expected digest ${expected}, got ${actual}`, {
    facts: { digest: expected, expected, actual },
  })
}

export function sizeMismatch(digest: Digest | undefined, expected: number, actual: number): TareError<StoreErrorCode> {
  return new TareError(
    'BLOB_SIZE_MISMATCH',
    `reading blob ${digest ?? ''}: expected ${expected} bytes, got ${actual}`,
    {
      facts: { digest, expected, actual },
    },
  )
}
