import type { Stage } from '../../instructions/types.ts'
import { allows, commentOptions } from '../check-options.ts'
import { dockerRule } from '../docker-rule.ts'
import type { LintRule } from '../rule.ts'
import { keywordOf, type StageStep, stageSteps } from '../stage-steps.ts'

const ONCE = new Set(['cmd', 'entrypoint', 'healthcheck'])

export const multipleInstructionsDisallowed: LintRule = {
  info: dockerRule(
    'MultipleInstructionsDisallowed',
    'Multiple instructions of the same type should not be used in the same stage',
  ),
  *check(input) {
    const last = new Map<Stage, Map<string, StageStep>>()
    for (const step of stageSteps(input)) {
      const { kind } = step.instruction
      if (!ONCE.has(kind)) continue
      const seen = last.get(step.stage) ?? new Map<string, StageStep>()
      const before = seen.get(kind)
      last.set(step.stage, seen.set(kind, step))
      // Docker names the place of the one that has no effect; spelling and `check=` comments are those of the one that has.
      if (before && isAllowed(step)) yield { ...finding(keywordOf(step)), range: before.range }
    }
  },
}

function isAllowed({ instruction, triggered }: StageStep): boolean {
  const options = triggered ? undefined : commentOptions(instruction.comments ?? [])
  return options === undefined || allows(multipleInstructionsDisallowed.info, [options])
}

function finding(keyword: string) {
  const reason = 'should not be used in the same stage because only the last one will be used'
  return { message: `Multiple ${keyword} instructions ${reason}`, hint: 'take this one out: a later one replaces it' }
}
