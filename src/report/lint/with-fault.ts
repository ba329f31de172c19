import type { LintFinding, LintResult, LintRuleInfo } from '../../record/index.ts'

/** The same result with its fault as a finding, for formats that know nothing else. */
export function withFault(result: LintResult): LintResult {
  const { fault, findings, rules } = result
  if (!fault) return result
  const { code: rule, message, hint, at } = fault
  const range = at?.file.name === result.file.name ? at.range : undefined
  const finding: LintFinding = { rule, severity: 'error', message, range, hint }
  const info: LintRuleInfo = {
    name: rule,
    summary: 'A Dockerfile has to be one that can be built',
    origin: 'tare',
    severity: 'error',
    experimental: false,
    url: 'docs/check.md',
  }
  return { ...result, findings: [...findings, finding], rules: [...rules, info] }
}
