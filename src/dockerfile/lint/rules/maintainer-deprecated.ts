import { dockerRule } from '../docker-rule.ts'
import { placeOf } from '../place.ts'
import type { LintRule } from '../rule.ts'
import { writtenInstructions } from '../written-instructions.ts'

export const maintainerDeprecated: LintRule = {
  info: dockerRule(
    'MaintainerDeprecated',
    'The MAINTAINER instruction is deprecated, use a label instead to define an image author',
  ),
  *check(input) {
    for (const { node, instruction } of writtenInstructions(input)) {
      if (instruction.kind !== 'maintainer') continue
      yield {
        message: 'Maintainer instruction is deprecated in favor of using label',
        range: placeOf(node.keyword, node.range),
        hint: `write LABEL org.opencontainers.image.authors=${JSON.stringify(instruction.name)}`,
      }
    }
  },
}
