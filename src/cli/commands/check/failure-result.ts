import { isTareError } from '../../../base/error.ts'
import type { LintResult } from '../../../record/index.ts'

/** A Dockerfile that cannot be built, for formats that list places: its fault is all that is found. Undefined for faults elsewhere. */
export function failureResult(error: unknown): LintResult | undefined {
  if (!isTareError(error) || !error.at) return undefined
  const { code: rule, message, hint, at } = error
  const summary = 'The Dockerfile cannot be built as it is'
  const info = {
    name: rule,
    summary,
    origin: 'tare',
    severity: 'error',
    experimental: false,
    url: 'docs/check.md',
  } as const
  const finding = { rule, severity: 'error', message, range: at.range, hint } as const
  return { version: 1, file: at.file, findings: [finding], rules: [info], failing: false }
}
