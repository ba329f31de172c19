import { goQuote } from '../../../base/go-quote.ts'
import { dockerRule } from '../docker-rule.ts'
import { placeOf } from '../place.ts'
import type { LintRule } from '../rule.ts'
import { stageBases } from '../stage-bases.ts'
import { writtenStages } from '../written-instructions.ts'

export const fromPlatformFlagConstDisallowed: LintRule = {
  info: dockerRule('FromPlatformFlagConstDisallowed', 'FROM --platform flag should not use a constant value'),
  *check(input) {
    const bases = stageBases(input)
    for (const { node, stage } of writtenStages(input)) {
      const platform = bases[stage.index]?.platform
      if (!platform || platform.matched.length + platform.unmatched.length > 0) continue
      const parsed = input.names?.parsePlatform(platform.value)
      if (!parsed || saysSo(stage.name ?? '', parsed)) continue
      yield {
        message: `FROM --platform flag should not use constant value ${goQuote(platform.value)}`,
        range: placeOf(node.flags[0], node.range),
        hint: 'leave the flag out, use $BUILDPLATFORM or $TARGETPLATFORM, or name the platform in the name of the stage',
      }
    }
  },
}

/** A stage that is meant for one platform has it in its name. */
function saysSo(name: string, { os, architecture }: { readonly os: string; readonly architecture: string }): boolean {
  return name.includes(os) || name.includes(architecture)
}
