import type { LintRule } from '../rule.ts'

/** Tare's own rules: stages, and what makes an image weigh more than it has to. */
export const WEIGHT_RULES: readonly LintRule[] = []
