import { type ErrorFacts, TareError } from '../base/error.ts'
import type { GitAddressErrorCode } from '../base/git-address.ts'

export type SourceErrorCode =
  | GitAddressErrorCode
  /** The server cannot be reached or answers with an error; facts: url, status. */
  | 'SOURCE_DOWNLOAD_FAILED'
  /** Facts: url, expected, actual. */
  | 'SOURCE_CHECKSUM_MISMATCH'
  /** There is no git program. */
  | 'SOURCE_GIT_MISSING'
  /** git failed; facts: url. */
  | 'SOURCE_FETCH_FAILED'
  /** The repository has no such branch, tag or commit; facts: url, ref. */
  | 'SOURCE_REF_NOT_FOUND'
  /** The commit has no such directory; facts: url, subdir. */
  | 'SOURCE_NO_SUBDIR'
  /** A private key for an ssh agent that cannot be read. */
  | 'SOURCE_BAD_KEY'

export function sourceError(code: SourceErrorCode, message: string, more?: ErrorFacts): TareError<SourceErrorCode> {
  return new TareError(code, message, more)
}
