import { dockerRule } from '../docker-rule.ts'
import { portParts, portReplacer } from '../exposed-port.ts'
import type { LintRule } from '../rule.ts'
import { stageSteps } from '../stage-steps.ts'

export const exposeInvalidFormat: LintRule = {
  info: dockerRule('ExposeInvalidFormat', 'IP address and host-port mapping should not be used in EXPOSE instruction'),
  *check(input) {
    for (const step of stageSteps(input)) {
      if (step.instruction.kind !== 'expose') continue
      const replace = portReplacer(step)
      for (const value of new Set(step.words.map(word => word.value))) {
        const { host, container, protocol } = portParts(value)
        if (/^:*$/.test(host)) continue
        const rest = protocol === '' ? container : `${container}/${protocol}`
        yield {
          message: `EXPOSE instruction should not define an IP address or host-port mapping, found '${value}'`,
          range: step.range,
          hint: `write ${rest}: addresses and ports of the host are for docker run --publish`,
          fix: replace(value, rest),
        }
      }
    }
  },
}
