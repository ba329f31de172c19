import type { LintInput, LintRule, RuleFinding } from '../rule.ts'

/** One of Tare's own rules. `name` is also its page's: docs/rules/NAME.md. */
export function weightRule(
  name: string,
  summary: string,
  check: (input: LintInput) => Iterable<RuleFinding>,
): LintRule {
  const url = `docs/rules/${name}.md`
  return { info: { name, summary, origin: 'tare', severity: 'warning', experimental: false, url }, check }
}
