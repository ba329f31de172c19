import type { SourceFile, SourceRange } from '../../base/source.ts'
import type { DetectedDirective } from './directives.ts'

/** A word of an instruction as written: quotes, escapes and variables are still in it. */
export interface AstWord {
  readonly value: string
  readonly range: SourceRange
}

export interface AstHeredoc {
  readonly name: string
  readonly fd: number
  readonly expand: boolean
  readonly chomp: boolean
  /** As written: the tabs that `<<-` takes off are still there. */
  readonly content: string
  /** Its lines, the terminator included. */
  readonly range: SourceRange
}

/** One instruction. */
export interface AstNode {
  /** As written: `RUN`, `run`. */
  readonly keyword: AstWord
  /** All its lines joined into one, blanks at its ends included. */
  readonly original: string
  readonly flags: readonly AstWord[]
  /** ENV and LABEL: key, value and `=` (nothing in the old form) in turn. */
  readonly args: readonly AstWord[]
  /** ONBUILD: the trigger. */
  readonly child: AstNode | undefined
  /** The arguments were written as a JSON array. */
  readonly json: boolean
  readonly heredocs: readonly AstHeredoc[]
  readonly range: SourceRange
  /** The comment lines right before it, without `#`. */
  readonly comments: readonly string[]
}

export interface DockerfileWarning {
  readonly code: 'empty-continuation'
  readonly message: string
  readonly range: SourceRange
}

export interface Ast {
  readonly file: SourceFile
  readonly escape: '\\' | '`'
  readonly syntax: DetectedDirective | undefined
  readonly check: DetectedDirective | undefined
  readonly nodes: readonly AstNode[]
  readonly warnings: readonly DockerfileWarning[]
}
