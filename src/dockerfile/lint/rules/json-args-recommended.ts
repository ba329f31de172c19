import { dockerRule } from '../docker-rule.ts'
import type { LintRule } from '../rule.ts'
import { keywordOf, stageSteps } from '../stage-steps.ts'

export const jsonArgsRecommended: LintRule = {
  info: dockerRule(
    'JSONArgsRecommended',
    'JSON arguments recommended for ENTRYPOINT/CMD to prevent unintended behavior related to OS signals',
  ),
  *check(input) {
    for (const step of stageSteps(input)) {
      const { instruction, hasShell, range } = step
      if ((instruction.kind !== 'cmd' && instruction.kind !== 'entrypoint') || hasShell) continue
      if (instruction.command.form !== 'shell') continue
      const keyword = keywordOf(step)
      yield {
        message: `JSON arguments recommended for ${keyword} to prevent unintended behavior related to OS signals`,
        range,
        hint: `write ${keyword} ["program", "argument"], or say with SHELL that a shell is meant`,
      }
    }
  },
}
