import { dockerRule } from '../docker-rule.ts'
import { globalScope } from '../global-scope.ts'
import { nearestName } from '../near-name.ts'
import { variablePlaces } from '../place.ts'
import type { LintRule } from '../rule.ts'
import { stageBases } from '../stage-bases.ts'

export const undefinedArgInFrom: LintRule = {
  info: dockerRule('UndefinedArgInFrom', 'FROM command must use declared ARGs'),
  *check(input) {
    const { known } = globalScope(input)
    for (const { stage, image, platform } of stageBases(input)) {
      const places = variablePlaces(input.dockerfile.file, stage.from.range)
      const unset = new Set([...(image?.unmatched ?? []), ...(platform?.unmatched ?? [])])
      for (const name of unset) {
        if (known.has(name)) continue
        const near = nearestName(input, name, known)
        yield {
          message: `FROM argument '${name}' is not declared${near === undefined ? '' : ` (did you mean ${near}?)`}`,
          range: places(name),
          hint: `FROM sees the ARGs above the first FROM only: write ARG ${name}=... there`,
        }
      }
    }
  },
}
