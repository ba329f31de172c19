import type { TareError } from '../base/error.ts'
import type { SourceFile, SourceRange } from '../base/source.ts'

export type LintSeverity = 'error' | 'warning'

/** A place known to the column; see SourceRange. */
export interface TextRange extends SourceRange {
  readonly startColumn: number
  readonly endColumn: number
}

/** A replacement in the Dockerfile, for `--fix`. An empty range inserts. */
export interface TextEdit {
  readonly range: TextRange
  readonly text: string
}

/** One thing that a rule found. */
export interface LintFinding {
  /** The rule's name: `StageNameCasing`. */
  readonly rule: string
  readonly severity: LintSeverity
  /** What is wrong at this place: `Stage name 'Build' should be lowercase`. */
  readonly message: string
  /** Undefined only for what stands on no line: a build argument nobody declares. */
  readonly range: SourceRange | undefined
  /** What to write instead, in one sentence. */
  readonly hint?: string | undefined
  /** Changes that mend it without changing what is built; none where that takes judgement. */
  readonly fix?: readonly TextEdit[] | undefined
}

/** What is known of a rule without a Dockerfile. */
export interface LintRuleInfo {
  readonly name: string
  /** One sentence: what the rule is about. */
  readonly summary: string
  /** `docker`: one of Docker's build checks, by its name. `tare`: one of our own. */
  readonly origin: 'docker' | 'tare'
  readonly severity: LintSeverity
  /** Off unless asked for: `check=experimental=...`, as with docker. */
  readonly experimental: boolean
  /** Where the rule is explained. */
  readonly url: string
}

/** What checking one Dockerfile came to: findings by line, then by rule. */
export interface LintResult {
  readonly version: 1
  readonly file: SourceFile
  readonly findings: readonly LintFinding[]
  /** Rules that had a say, for SARIF. */
  readonly rules: readonly LintRuleInfo[]
  /** `check=error=true`: findings make the build fail. */
  readonly failing: boolean
  /** What a build would stop with before it runs anything; rules have had their say all the same. */
  readonly fault?: TareError | undefined
  /** Names in the file's `check=` that no rule has: docker takes them without a word. */
  readonly unknownRules?: readonly string[] | undefined
}
