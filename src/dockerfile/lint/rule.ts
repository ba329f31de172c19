import type { LintFinding, LintRuleInfo } from '../../record/index.ts'
import type { IgnoreMatcher } from '../ignore/types.ts'
import type { Dockerfile } from '../instructions/types.ts'
import type { Ast } from '../syntax/ast.ts'

/** What rules look at. Pure: whatever comes from outside the file is handed in, and a rule that lacks it says nothing. */
export interface LintInput {
  readonly dockerfile: Dockerfile
  readonly ast: Ast
  /** `--target`: the stage that becomes the image; the last when undefined. */
  readonly target: string | undefined
  /** `--build-arg`. */
  readonly buildArgs: ReadonlyMap<string, string>
  /** The context's ignore file; undefined when no context is known. */
  readonly ignore: IgnoreMatcher | undefined
  /** Platforms as `os/architecture[/variant]`: of the image, and of the machine that builds. */
  readonly targetPlatform: string
  readonly buildPlatform: string
  /** Environment variables by base image as FROM names it, where the image is known. */
  readonly baseEnvironments?: ReadonlyMap<string, ReadonlyMap<string, string>> | undefined
}

/** One rule, one file. Findings come in any order. */
export interface LintRule {
  readonly info: LintRuleInfo
  check(input: LintInput): Iterable<Omit<LintFinding, 'rule' | 'severity'>>
}
