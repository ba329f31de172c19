import { dockerRule } from '../docker-rule.ts'
import { editRange, placeOf } from '../place.ts'
import type { LintInput, LintRule } from '../rule.ts'
import { type WrittenInstruction, writtenInstructions } from '../written-instructions.ts'

export const consistentInstructionCasing: LintRule = {
  info: dockerRule(
    'ConsistentInstructionCasing',
    'All commands within the Dockerfile should use the same casing (either upper or lower)',
  ),
  *check(input) {
    const written = inStages(input)
    const lower = written.filter(({ node }) => isLower(node.keyword.value)).length
    const upper = written.filter(({ node }) => isUpper(node.keyword.value)).length
    const casing = lower > upper ? 'lowercase' : 'uppercase'
    for (const { node } of written) {
      const { value, range } = node.keyword
      const wanted = casing === 'lowercase' ? value.toLowerCase() : value.toUpperCase()
      if (value === wanted) continue
      const place = editRange(range)
      yield {
        message: `Command '${value}' should match the case of the command majority (${casing})`,
        range: placeOf(node.keyword, node.range),
        hint: `write ${wanted}`,
        fix: place && [{ range: place, text: wanted }],
      }
    }
  },
}

/** ARGs before the first FROM have no vote and are not looked at, as in BuildKit. */
function inStages(input: LintInput): WrittenInstruction[] {
  return writtenInstructions(input).filter(each => each.stage !== undefined)
}

function isLower(word: string): boolean {
  return word === word.toLowerCase()
}

function isUpper(word: string): boolean {
  return word === word.toUpperCase()
}
