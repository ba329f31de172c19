import { dockerRule } from '../docker-rule.ts'
import { editRange, placeOf } from '../place.ts'
import type { LintRule } from '../rule.ts'
import { writtenStages } from '../written-instructions.ts'

export const stageNameCasing: LintRule = {
  info: dockerRule('StageNameCasing', 'Stage names should be lowercase'),
  *check(input) {
    for (const { node } of writtenStages(input)) {
      const name = node.args[2]
      const lower = name?.value.toLowerCase()
      if (!name || lower === undefined || name.value === lower) continue
      const range = editRange(name.range)
      yield {
        message: `Stage name '${name.value}' should be lowercase`,
        range: placeOf(name, node.range),
        hint: `write ${lower}; --from and --target find it in any case`,
        fix: range && [{ range, text: lower }],
      }
    }
  },
}
