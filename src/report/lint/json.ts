import type { TareError } from '../../base/error.ts'
import type { LintFinding, LintResult } from '../../record/index.ts'

/**
 * `{version, files: [{file, failing, findings: [{rule, severity, message, line?, endLine?, column?, endColumn?, hint?,
 * url?, fix?}], error?: {code, message, hint?, line?, endLine?}}]}`; `error` is what a build would stop with. Lines and columns are 1-based, `endColumn` is one past the last character.
 */
export function formatLintJson(results: readonly LintResult[]): string {
  const files = results.map(result => ({
    file: result.file.name,
    failing: result.failing,
    findings: result.findings.map(finding => findingValue(finding, result)),
    error: result.fault && errorValue(result.fault),
    unknownRules: result.unknownRules?.length ? result.unknownRules : undefined,
  }))
  return `${JSON.stringify({ version: 1, files }, undefined, 2)}\n`
}

function errorValue({ code, message, hint, at }: TareError) {
  return { code, message, hint, line: at?.range.startLine, endLine: at?.range.endLine }
}

function findingValue({ rule, severity, message, range, hint, fix }: LintFinding, { rules }: LintResult) {
  return {
    rule,
    severity,
    message,
    line: range?.startLine,
    endLine: range?.endLine,
    column: range?.startColumn,
    endColumn: range?.endColumn,
    hint,
    url: rules.find(each => each.name === rule)?.url,
    fix,
  }
}
