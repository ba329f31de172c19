import { TareError } from '../base/error.ts'
import { printable, type SourceFile, type SourceRange } from '../base/source.ts'

export type DockerfileErrorCode =
  /** No text at all, or nothing but comments, or no FROM. */
  | 'dockerfile-empty'
  | 'dockerfile-line-too-long'
  /** A parser directive given twice or with a value it does not take. */
  | 'dockerfile-directive'
  /** `# syntax=` names a frontend that is not Docker's. */
  | 'dockerfile-frontend'
  | 'dockerfile-unknown-instruction'
  | 'dockerfile-unknown-flag'
  /** A known flag without its value, given twice, or with a value it does not take. */
  | 'dockerfile-flag'
  /** Too few, too many or malformed arguments. */
  | 'dockerfile-arguments'
  | 'dockerfile-heredoc'
  | 'dockerfile-stage-name'
  /** An instruction other than ARG before the first FROM. */
  | 'dockerfile-no-stage'
  /** Understood, but Tare does not carry it out. */
  | 'dockerfile-unsupported'
  /** Malformed or too large a `${...}`; unbalanced quotes. */
  | 'word-syntax'
  /** `${NAME:?message}` of a variable without a value. */
  | 'word-required'
  | 'ignore-pattern'
  /** `check=` or BUILDKIT_DOCKERFILE_CHECK with an option that there is not; a rule's name that there is not. */
  | 'lint-options'
  /** A wildcard that Go's filepath.Match refuses. */
  | 'pattern-syntax'

export type DockerfileError = TareError<DockerfileErrorCode>

export interface Place {
  readonly file: SourceFile
  readonly range: SourceRange
}

interface More {
  readonly hint?: string | undefined
  readonly facts?: Readonly<Record<string, unknown>>
}

/** `cause` is the sentence after BuildKit's `dockerfile parse error on line N: `. */
export function dockerfileError(code: DockerfileErrorCode, cause: string, at: Place, more: More = {}): DockerfileError {
  return new TareError(code, `dockerfile parse error on line ${at.range.startLine}: ${cause}`, { at, ...more })
}

/** A word from outside, safe and short enough for a message. */
export function inMessage(word: string): string {
  return printable(word.length > 80 ? `${word.slice(0, 77)}...` : word)
}
