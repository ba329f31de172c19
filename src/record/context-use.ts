/** A file of the build context, or a symlink or other entry that is no directory. */
export interface ContextFile {
  /** Relative to the context, lossless text (base/text.ts). */
  readonly path: string
  /** Of regular files; 0 for anything else. */
  readonly bytes: number
  /** The line of the ignore file that keeps it out of the context; undefined when it is in. */
  readonly ignoredBy?: { readonly pattern: string; readonly line: number } | undefined
  /** The line that brings it back after an earlier one had kept it out. */
  readonly broughtBackBy?: { readonly pattern: string; readonly line: number } | undefined
  /** Positions in `ContextUse.steps` of those that take it. */
  readonly steps: readonly number[]
}

/** A step that takes files from the context. */
export interface ContextStep {
  /** `COPY . /src`. */
  readonly text: string
  readonly line: number
  readonly files: number
  readonly bytes: number
}

/** A line for the ignore file, and what it would keep out. */
export interface ProposedPattern {
  readonly pattern: string
  /** `unused`: no step takes what it matches, so the image stays the same. `suspect`: steps take it, but hardly mean to. */
  readonly because: 'unused' | 'suspect'
  /** Why, in a few words: `version control history`. */
  readonly reason: string
  readonly files: number
  readonly bytes: number
}

export interface FileCount {
  readonly files: number
  readonly bytes: number
}

/** Which files of a build context go where, and why. */
export interface ContextUse {
  readonly version: 1
  /** As the user named it. */
  readonly context: string
  /** Name of the ignore file in force; undefined when there is none. */
  readonly ignoreFile: string | undefined
  readonly steps: readonly ContextStep[]
  /** In byte order of their paths. */
  readonly files: readonly ContextFile[]
  /** In the context, whether taken or not. */
  readonly visible: FileCount
  readonly taken: FileCount
  readonly unused: FileCount
  readonly ignored: FileCount
  readonly proposal: readonly ProposedPattern[]
  /** Base images that are not in the store: their ONBUILD triggers and ENV are not counted. */
  readonly unknownBases: readonly string[]
}
