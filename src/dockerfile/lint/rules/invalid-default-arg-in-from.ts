import { expandWord } from '../../shell/expand.ts'
import { dockerRule } from '../docker-rule.ts'
import { defaultScope } from '../global-scope.ts'
import type { LintInput, LintRule } from '../rule.ts'

export const invalidDefaultArgInFrom: LintRule = {
  info: dockerRule(
    'InvalidDefaultArgInFrom',
    'Default value for global ARG results in an empty or invalid base image name',
  ),
  *check(input) {
    const { names, dockerfile } = input
    const scope = defaultScope(input)
    if (!names || !scope) return
    for (const { from } of dockerfile.stages) {
      const name = byDefault(input, from.image, scope)
      if (name === undefined) return
      if (names.isReference(name)) continue
      yield {
        message: `Default value for ARG ${from.image} results in empty or invalid base image name`,
        range: from.imageRange.startLine === from.range.startLine ? from.imageRange : from.range,
        hint: 'give the ARG a default that makes a whole image name, so that the build needs no --build-arg',
      }
    }
  },
}

/** Undefined when the name cannot be expanded: planning the build reports that. */
function byDefault({ dockerfile }: LintInput, image: string, scope: ReadonlyMap<string, string>): string | undefined {
  try {
    return expandWord(image, name => scope.get(name), { escape: dockerfile.escape }).value
  } catch {
    return undefined
  }
}
