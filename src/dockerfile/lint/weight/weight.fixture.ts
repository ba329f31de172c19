import { compileIgnore } from '../../ignore/parse-ignore.ts'
import { parseDockerfile } from '../../instructions/parse-dockerfile.ts'
import type { LintInput, LintRule, RuleFinding } from '../rule.ts'

export interface LintFixture {
  readonly target?: string
  readonly buildArgs?: Readonly<Record<string, string>>
  /** Patterns of the ignore file. */
  readonly ignore?: readonly string[]
}

export function lintInput(text: string, { target, buildArgs = {}, ignore }: LintFixture = {}): LintInput {
  return {
    dockerfile: parseDockerfile(text),
    target,
    buildArgs: new Map(Object.entries(buildArgs)),
    ignore: ignore && compileIgnore(ignore),
    targetPlatform: 'linux/amd64',
    buildPlatform: 'linux/amd64',
  }
}

/** What one rule finds, by line. */
export function findingsOf(rule: LintRule, text: string, options?: LintFixture): RuleFinding[] {
  const line = (finding: RuleFinding): number => finding.range?.startLine ?? 0
  return [...rule.check(lintInput(text, options))].sort((a, b) => line(a) - line(b))
}

/** The lines on which one rule finds something. */
export function linesOf(rule: LintRule, text: string, options?: LintFixture): number[] {
  return findingsOf(rule, text, options).map(finding => finding.range?.startLine ?? 0)
}
