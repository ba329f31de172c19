import { TareError } from '../../base/error.ts'
import type { ReportErrorCode } from '../errors.ts'

/** `offset` is 0-based into the format text. */
export function syntaxError(offset: number, what: string, hint?: string): TareError<ReportErrorCode> {
  return new TareError('FORMAT_SYNTAX', `parsing format: ${what} at character ${offset + 1}`, {
    hint,
    facts: { offset },
  })
}

export function executionError(what: string, hint?: string): TareError<ReportErrorCode> {
  return new TareError('FORMAT_EXECUTION', `applying format: ${what}`, { hint })
}
