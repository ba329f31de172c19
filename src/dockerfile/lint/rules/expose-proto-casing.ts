import { dockerRule } from '../docker-rule.ts'
import { portParts, portReplacer } from '../exposed-port.ts'
import type { LintRule } from '../rule.ts'
import { stageSteps } from '../stage-steps.ts'

export const exposeProtoCasing: LintRule = {
  info: dockerRule('ExposeProtoCasing', 'Protocol in EXPOSE instruction should be lowercase'),
  *check(input) {
    for (const step of stageSteps(input)) {
      if (step.instruction.kind !== 'expose') continue
      const replace = portReplacer(step)
      for (const value of new Set(step.words.map(word => word.value))) {
        const { host, container, protocol } = portParts(value)
        const lower = protocol.toLowerCase()
        if (protocol === lower) continue
        yield {
          message: `Defined protocol '${value}' in EXPOSE instruction should be lowercase`,
          range: step.range,
          hint: `write ${host}${container}/${lower}`,
          fix: replace(value, `${host}${container}/${lower}`),
        }
      }
    }
  },
}
