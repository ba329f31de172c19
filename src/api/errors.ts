import { type ErrorFacts, TareError } from '../base/error.ts'

export type ApiErrorCode =
  | 'BUILD_NO_CONTEXT'
  | 'BUILD_NO_DOCKERFILE'
  | 'BUILD_INVALID_OPTION'
  /** Docker's build checks found something and the Dockerfile says `check=error=true`; facts: rules. */
  | 'BUILD_CHECK_FAILED'
  | 'CONTEXT_NO_FILE'
  | 'IMAGE_NO_PLATFORM'
  | 'IMAGE_INCOMPLETE'
  | 'IMPORT_NOT_A_TAR'
  | 'IMPORT_INVALID_CHANGE'
  | 'RUN_NAME_IN_USE'
  | 'RUN_NO_COMMAND'
  | 'RUN_INVALID_OPTION'
  | 'DOWNLOAD_FAILED'
  | 'OUTPUT_FAILED'
  | 'LOAD_NO_ENGINE'
  | 'LOAD_FAILED'
  | 'RIGHTS_MISSING'

export function apiError(code: ApiErrorCode, message: string, more?: ErrorFacts): TareError<ApiErrorCode> {
  return new TareError(code, message, more)
}
