import type { TareError } from '../../base/error.ts'
import type { LintFinding, LintResult } from '../../record/index.ts'
import { location, sourceOf } from '../outline/json.ts'

/** As `docker build --call=check,format=json` prints it, without what only BuildKit has: the definition of its sources. */
export function formatDockerCheckJson(result: LintResult): string {
  const { file, findings, fault } = result
  const warnings = findings.length === 0 ? null : findings.map(finding => warningValue(finding, result))
  const sources = [{ filename: file.name, data: sourceOf(file), language: 'Dockerfile' }]
  return `${JSON.stringify({ warnings, sources, buildError: fault && errorValue(fault) }, undefined, 2)}\n`
}

function errorValue({ message, at }: TareError) {
  return { message, location: at ? location(at.range.startLine, at.range.endLine) : {} }
}

function warningValue({ rule, message, range }: LintFinding, { rules }: LintResult) {
  const info = rules.find(each => each.name === rule)
  return {
    ruleName: rule,
    description: info?.summary,
    url: info?.url,
    detail: message,
    location: range ? location(range.startLine, range.endLine) : {},
  }
}
