import { formatExcerpt, printable } from '../../base/source.ts'
import type { LintFinding, LintResult, LintRuleInfo } from '../../record/index.ts'

/**
 * What was found, as `docker build --check` prints it, with the way out below each excerpt. Files come in the given
 * order under one count.
 */
export function formatLintText(results: readonly LintResult[]): string {
  const count = results.reduce((sum, { findings }) => sum + findings.length, 0)
  const blocks = results.flatMap(result => [
    ...result.findings.map(finding => formatFinding(finding, result)),
    ...(result.unknownRules ?? []).map(name => formatUnknown(name, result)),
  ])
  return [countLine(count), ...blocks].join('\n')
}

function countLine(count: number): string {
  if (count === 0) return 'Check complete, no warnings found.\n'
  return count === 1
    ? 'Check complete, 1 warning has been found!\n'
    : `Check complete, ${count} warnings have been found!\n`
}

function formatFinding(finding: LintFinding, { file, rules }: LintResult): string {
  const { rule, severity, message, range, hint, fix } = finding
  const url = rules.find(each => each.name === rule)?.url
  const lines = [`${severity.toUpperCase()}: ${rule}${url === undefined ? '' : ` - ${url}`}`, printable(message)]
  lines.push(range ? formatExcerpt(file, range) : printable(file.name))
  if (hint !== undefined) lines.push(`hint: ${printable(hint)}${fix ? ' (--fix does it)' : ''}`)
  return `${lines.join('\n')}\n`
}

function formatUnknown(name: string, { file }: LintResult): string {
  return `NOTE: ${printable(file.name)}: check= names a rule that does not exist: ${printable(name)}\n`
}

/** The rules there are, a line each. */
export function formatRules(rules: readonly LintRuleInfo[]): string {
  const width = Math.max(...rules.map(({ name }) => name.length))
  return rules
    .map(({ name, origin, experimental, summary }) => {
      const when = experimental ? ' (experimental: off unless asked for)' : ''
      return `${name.padEnd(width)}  ${origin.padEnd(6)}  ${summary}${when}\n`
    })
    .join('')
}
