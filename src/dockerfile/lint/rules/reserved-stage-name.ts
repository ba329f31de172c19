import { goQuote } from '../../../base/go-quote.ts'
import { dockerRule } from '../docker-rule.ts'
import { placeOf } from '../place.ts'
import type { LintRule } from '../rule.ts'
import { writtenStages } from '../written-instructions.ts'

/** Words that FROM and --from understand in another way. */
const RESERVED = new Set(['context', 'scratch'])

export const reservedStageName: LintRule = {
  info: dockerRule('ReservedStageName', 'Reserved words should not be used as stage names'),
  *check(input) {
    for (const { node, stage } of writtenStages(input)) {
      if (stage.name === undefined || !RESERVED.has(stage.name)) continue
      yield {
        message: `Stage name should not use the same name as reserved stage ${goQuote(stage.name)}`,
        range: placeOf(node.args[2], node.range),
        hint: 'give the stage another name',
      }
    }
  },
}
