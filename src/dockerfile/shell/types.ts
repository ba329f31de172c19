import type { Place } from '../error.ts'

/** What a variable stands for at this point; undefined when it is not set. */
export type EnvLookup = (name: string) => string | undefined

export interface ExpandOptions {
  /** The Dockerfile's escape character; `\` unless the `escape` directive says otherwise. */
  readonly escape?: '\\' | '`'
  /** Quotes are ordinary characters (inline files of COPY and ADD). */
  readonly skipQuotes?: boolean
  /** Quotes do their work but stay in the result. */
  readonly rawQuotes?: boolean
  /** Escapes do their work but stay in the result. */
  readonly rawEscapes?: boolean
  /** A variable without a value stays as written. */
  readonly keepUnset?: boolean
  /** Where the word stands, for errors. */
  readonly at?: Place | undefined
}

export interface Expansion {
  readonly value: string
  /** Names that were looked up and found, in order of first use. */
  readonly matched: readonly string[]
  /** Names that were looked up in vain. */
  readonly unmatched: readonly string[]
}

export interface WordsExpansion {
  /** The words that the text splits into after expansion. */
  readonly words: readonly string[]
  readonly matched: readonly string[]
  readonly unmatched: readonly string[]
}
