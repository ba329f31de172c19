import type { SourceFile, SourceRange } from './source.ts'

/** What an error may carry beside its code and message. */
export interface ErrorFacts {
  /** One sentence that says what to do next. */
  readonly hint?: string | undefined
  readonly cause?: unknown
  /** Where in a text the fault lies; rendered as an excerpt with a marker. */
  readonly at?: { readonly file: SourceFile; readonly range: SourceRange } | undefined
  /** The facts a script may want: expected, actual, path, digest ... */
  readonly facts?: Readonly<Record<string, unknown>> | undefined
}

/**
 * The one error family. `code` comes from the union of the room that threw; nobody decides by message text.
 * The message reads `<verb>ing <thing>: <cause>` or `expected X, got Y`, without a trailing full stop.
 */
export class TareError<Code extends string = string> extends Error {
  override readonly name = 'TareError'
  readonly code: Code
  readonly hint: string | undefined
  readonly at: { readonly file: SourceFile; readonly range: SourceRange } | undefined
  readonly facts: Readonly<Record<string, unknown>>

  constructor(code: Code, message: string, more: ErrorFacts = {}) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause })
    this.code = code
    this.hint = more.hint
    this.at = more.at
    this.facts = more.facts ?? {}
  }
}

export function isTareError<Code extends string = string>(error: unknown, code?: Code): error is TareError<Code> {
  return error instanceof TareError && (code === undefined || error.code === code)
}

/** The error's message, whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** The `code` of a Node system error (`ENOENT` ...), undefined for anything else. */
export function errnoOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code
  return typeof code === 'string' && /^E[A-Z0-9]+$/.test(code) ? code : undefined
}
