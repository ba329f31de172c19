import { dockerRule } from '../docker-rule.ts'
import { editRange, placeOf } from '../place.ts'
import type { LintRule } from '../rule.ts'
import { writtenStages } from '../written-instructions.ts'

export const fromAsCasing: LintRule = {
  info: dockerRule('FromAsCasing', "The 'as' keyword should match the case of the 'from' keyword"),
  *check(input) {
    for (const { node } of writtenStages(input)) {
      const [, as] = node.args
      const from = node.keyword.value
      const wanted = as && inCaseOf(from, as.value)
      if (!as || wanted === undefined || as.value === wanted) continue
      const range = editRange(as.range)
      yield {
        message: `'${as.value}' and '${from}' keywords' casing do not match`,
        range: placeOf(as, node.range),
        hint: `write ${wanted}`,
        fix: range && [{ range, text: wanted }],
      }
    }
  },
}

/** Undefined for a keyword in mixed case: ConsistentInstructionCasing has its say about that one. */
function inCaseOf(from: string, as: string): string | undefined {
  if (from === from.toLowerCase()) return as.toLowerCase()
  return from === from.toUpperCase() ? as.toUpperCase() : undefined
}
