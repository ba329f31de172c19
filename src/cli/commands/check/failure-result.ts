import { isTareError } from '../../../base/error.ts'
import type { LintResult } from '../../../record/index.ts'

/** A Dockerfile that cannot be read, as a result, for formats that list places. Undefined for a fault that is nowhere in it. */
export function failureResult(error: unknown): LintResult | undefined {
  if (!isTareError(error) || !error.at) return undefined
  return { version: 1, file: error.at.file, findings: [], rules: [], failing: false, fault: error }
}
