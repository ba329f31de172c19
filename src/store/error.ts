import { messageOf, TareError } from '../base/error.ts'
import { systemErrorName } from '../host/index.ts'
import type { Digest } from '../oci/index.ts'

export type StoreErrorCode =
  | 'STORE_NETWORK_FILE_SYSTEM'
  | 'STORE_UNREACHABLE'
  | 'STORE_FULL'
  | 'BLOB_NOT_FOUND'
  | 'BLOB_DIGEST_MISMATCH'
  | 'BLOB_SIZE_MISMATCH'
  | 'BLOB_TOO_LARGE'
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

export function blobTooLarge(digest: Digest, expected: number, actual: number): TareError<StoreErrorCode> {
  return new TareError(
    'BLOB_TOO_LARGE',
    `reading blob ${digest} into memory: expected at most ${expected} bytes, got ${actual}`,
    {
      facts: { digest, expected, actual },
    },
  )
}

/** The clear form of a full disk; undefined for any other error. */
export function storeFull(error: unknown, root: string): TareError<StoreErrorCode> | undefined {
  const errno = systemErrorName(error)
  if (errno !== 'ENOSPC' && errno !== 'EDQUOT') return undefined
  return new TareError('STORE_FULL', `writing to store ${root}: ${messageOf(error)}`, {
    cause: error,
    facts: { path: root, errno },
    hint: 'Make room, for instance with `tare system prune`, or point $TARE_ROOT elsewhere.',
  })
}
