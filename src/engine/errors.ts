import { type ErrorFacts, TareError } from '../base/error.ts'

export type EngineErrorCode =
  /** A RUN ended with an exit code other than 0; facts: exitCode, signal, command. */
  | 'ENGINE_RUN_FAILED'
  /** A source of COPY or ADD is not there; facts: path. */
  | 'ENGINE_SOURCE_NOT_FOUND'
  /** A destination cannot take what is copied: a file where a directory must be, or the reverse. */
  | 'ENGINE_BAD_DESTINATION'
  /** A file of the context changed while the build read it. */
  | 'ENGINE_CONTEXT_CHANGED'
  | 'ENGINE_UNKNOWN_CONTEXT'
  | 'ENGINE_UNKNOWN_USER'
  /** A mount of a RUN that cannot be made; facts: target. */
  | 'ENGINE_BAD_MOUNT'
  /** A required secret or ssh agent that the build was not given; facts: id. */
  | 'ENGINE_MISSING_SECRET'

export function engineError(code: EngineErrorCode, message: string, more?: ErrorFacts): TareError<EngineErrorCode> {
  return new TareError(code, message, more)
}
