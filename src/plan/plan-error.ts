import { type ErrorFacts, isTareError, messageOf, TareError } from '../base/error.ts'
import type { SourceFile, SourceRange } from '../base/source.ts'

export type PlanErrorCode =
  | 'PLAN_INVALID'
  | 'PLAN_UNKNOWN_STAGE'
  | 'PLAN_UNKNOWN_TARGET'
  | 'PLAN_CIRCULAR_STAGES'
  /** Needs an `--allow` of the build. */
  | 'PLAN_NOT_ALLOWED'

/** Where something stands in the Dockerfile, for errors of whoever looks it up. */
export interface SourceSpot {
  readonly file: SourceFile
  readonly range: SourceRange
}

export function planError(
  code: PlanErrorCode,
  message: string,
  at: SourceSpot | undefined,
  more: Omit<ErrorFacts, 'at'> = {},
): TareError<PlanErrorCode> {
  return new TareError(code, message, { ...more, at })
}

/** Runs `task`, giving an error that knows no place the place `at`. Code, facts and hint stay. */
export function locate<T>(at: SourceSpot, task: () => T): T {
  try {
    return task()
  } catch (error) {
    throw located(error, at)
  }
}

export function located(error: unknown, at: SourceSpot): unknown {
  if (!isTareError(error)) return error
  if (error.at?.file === at.file) return error
  return new TareError(error.code, messageOf(error), { hint: error.hint, cause: error, at, facts: error.facts })
}
