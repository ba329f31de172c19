import type { LintFinding, LintResult } from '../../record/index.ts'
import { withFault } from './with-fault.ts'

/** Workflow commands of GitHub Actions, a line for each finding: they become annotations of the changed files. */
export function formatLintGithub(results: readonly LintResult[]): string {
  return results
    .map(withFault)
    .flatMap(({ file, findings }) => findings.map(finding => annotation(finding, file.name)))
    .join('')
}

function annotation({ rule, severity, message, range, hint }: LintFinding, name: string): string {
  const properties = [
    ['file', name],
    ['line', range?.startLine],
    ['endLine', range?.endLine],
    ['col', range?.startColumn],
    ['endColumn', range?.endColumn],
    ['title', rule],
  ] as const
  const given = properties.filter(([, value]) => value !== undefined)
  const text = hint === undefined ? message : `${message}\nhint: ${hint}`
  return `::${severity} ${given.map(([key, value]) => `${key}=${property(String(value))}`).join(',')}::${data(text)}\n`
}

function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
}
