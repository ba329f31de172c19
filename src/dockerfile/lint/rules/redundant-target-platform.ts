import { dockerRule } from '../docker-rule.ts'
import { globalScope } from '../global-scope.ts'
import { editRange, placeOf } from '../place.ts'
import type { LintRule } from '../rule.ts'
import { stageBases } from '../stage-bases.ts'
import { writtenStages } from '../written-instructions.ts'

const NAME = 'TARGETPLATFORM'

export const redundantTargetPlatform: LintRule = {
  info: dockerRule(
    'RedundantTargetPlatform',
    'Setting platform to predefined $TARGETPLATFORM in FROM is redundant as this is the default behavior',
  ),
  *check(input) {
    const target = globalScope(input).values.get(NAME)
    const bases = stageBases(input)
    for (const { node, stage } of writtenStages(input)) {
      const platform = bases[stage.index]?.platform
      if (!platform || platform.unmatched.length > 0 || platform.value !== target) continue
      if (platform.matched.length !== 1 || platform.matched[0] !== NAME) continue
      const [flag] = node.flags
      const [image] = node.args
      const from = flag && editRange(flag.range)
      const to = image && editRange(image.range)
      yield {
        message: `Setting platform to predefined ${stage.from.platform} in FROM is redundant as this is the default behavior`,
        range: placeOf(flag, node.range),
        hint: 'leave the flag out',
        fix: from && to && [{ range: { ...from, endLine: to.startLine, endColumn: to.startColumn }, text: '' }],
      }
    }
  },
}
