import { goQuote } from '../../../base/go-quote.ts'
import { dockerRule } from '../docker-rule.ts'
import { placeOf } from '../place.ts'
import type { LintRule } from '../rule.ts'
import { writtenStages } from '../written-instructions.ts'

export const duplicateStageName: LintRule = {
  info: dockerRule('DuplicateStageName', 'Stage names should be unique'),
  *check(input) {
    const seen = new Map<string, number>()
    for (const { node, stage } of writtenStages(input)) {
      if (stage.name === undefined) continue
      const first = seen.get(stage.name)
      if (first !== undefined)
        yield {
          message: `Duplicate stage name ${goQuote(stage.name)}, stage names should be unique`,
          range: placeOf(node.args[2], node.range),
          hint: `the stage on line ${first} has this name already; give one of them another`,
        }
      else seen.set(stage.name, node.range.startLine)
    }
  },
}
