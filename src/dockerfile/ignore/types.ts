/** One pattern of a .dockerignore, as it decides. */
export interface IgnoreRule {
  /** Cleaned: no leading slash, no `!`. */
  readonly pattern: string
  /** Starts with `!`: brings files back. */
  readonly exclusion: boolean
  /** As written, `!` included. */
  readonly text: string
  /** 1-based line in the file. */
  readonly line: number
}

/** The verdict for one path. */
export interface IgnoreVerdict {
  readonly ignored: boolean
  /** The last rule that changed the verdict, undefined when none matched. */
  readonly rule: IgnoreRule | undefined
}

/** A verdict that children build on: hand it to `matchChild` for every entry of that directory. */
export interface IgnoreState extends IgnoreVerdict {
  /** Which rules match this path or one of its parents, by index. */
  readonly matched: Uint8Array
}

/** moby/patternmatcher's rules; paths are relative, slash-separated, clean. */
export interface IgnoreMatcher {
  readonly rules: readonly IgnoreRule[]
  /** The state of the context's root: nothing matched. */
  readonly root: IgnoreState
  /** Whether the path is ignored, by itself or through one of its parents. */
  matches(path: string): boolean
  /** The same with the rule that decided. */
  explain(path: string): IgnoreVerdict
  /** For walks: the verdict for `path` given its parent directory's state. */
  matchChild(path: string, parent: IgnoreState): IgnoreState
  /** Whether something below an ignored directory may be brought back, so that a walk has to enter it. */
  mayHoldExceptions(directory: string): boolean
}
