import { dockerRule } from '../docker-rule.ts'
import { portFix, portParts } from '../exposed-port.ts'
import type { LintRule } from '../rule.ts'
import { stageSteps } from '../stage-steps.ts'

export const exposeProtoCasing: LintRule = {
  info: dockerRule('ExposeProtoCasing', 'Protocol in EXPOSE instruction should be lowercase'),
  *check(input) {
    for (const step of stageSteps(input)) {
      if (step.instruction.kind !== 'expose') continue
      for (const { value } of step.words) {
        const { host, container, protocol } = portParts(value)
        const lower = protocol.toLowerCase()
        if (protocol === lower) continue
        yield {
          message: `Defined protocol '${value}' in EXPOSE instruction should be lowercase`,
          range: step.range,
          hint: `write ${host}${container}/${lower}`,
          fix: portFix(step, value, `${host}${container}/${lower}`),
        }
      }
    }
  },
}
