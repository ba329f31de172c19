import { cleanPath } from './clean-path.ts'
import { fixedStart, type PathTest } from './ignore-pattern.ts'
import type { IgnoreMatcher, IgnoreRule, IgnoreState, IgnoreVerdict } from './types.ts'

/**
 * Rules in order, the last that matches decides. A rule is only tried when it would change the verdict: this is part
 * of the behaviour, since what was not tried for a directory is not inherited below it (patternmatcher's
 * MatchesUsingParentResults, by which BuildKit walks a context).
 */
export class RuleMatcher implements IgnoreMatcher {
  readonly rules: readonly IgnoreRule[]
  readonly root: IgnoreState
  readonly #tests: readonly PathTest[]
  /** What every path that an exclusion matches starts with. */
  readonly #exceptionStarts: readonly string[]

  constructor(rules: readonly IgnoreRule[], tests: readonly PathTest[]) {
    this.rules = rules
    this.#tests = tests
    this.root = { ignored: false, rule: undefined, matched: new Uint8Array(rules.length) }
    this.#exceptionStarts = rules.filter(rule => rule.exclusion).map(rule => fixedStart(rule.pattern))
  }

  matches(path: string): boolean {
    return this.explain(path).ignored
  }

  explain(path: string): IgnoreVerdict {
    const cleaned = cleanPath(path)
    if (cleaned === '.') return this.root
    let state = this.root
    for (let slash = cleaned.indexOf('/', 1); slash > 0; slash = cleaned.indexOf('/', slash + 1))
      state = this.matchChild(cleaned.slice(0, slash), state)
    return this.matchChild(cleaned, state)
  }

  matchChild(path: string, parent: IgnoreState): IgnoreState {
    if (this.rules.length === 0) return this.root
    const matched = new Uint8Array(this.rules.length)
    let ignored = false
    let deciding: IgnoreRule | undefined
    for (let i = 0; i < this.rules.length; i++) {
      const rule = this.rules[i]
      const changes = rule?.exclusion === ignored
      if (parent.matched[i] !== 1 && !(changes && this.#tests[i]?.(path))) continue
      matched[i] = 1
      if (!changes) continue
      ignored = !ignored
      deciding = rule
    }
    return { ignored, rule: deciding, matched }
  }

  mayHoldExceptions(directory: string): boolean {
    const below = `${directory}/`
    return this.#exceptionStarts.some(start => start.startsWith(below) || below.startsWith(start))
  }
}
