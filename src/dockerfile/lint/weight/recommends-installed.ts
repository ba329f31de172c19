import type { LintInput, RuleFinding } from '../rule.ts'
import { packageCommand } from './package-commands.ts'
import type { RunCommand } from './run-commands.ts'
import type { Step } from './stage-steps.ts'
import { stagesOf } from './stages.ts'
import { weightRule } from './weight-rule.ts'

export const recommendsInstalled = weightRule(
  'RecommendsInstalled',
  'apt-get install brings packages that are only recommended, unless it is told not to',
  check,
)

function* check(input: LintInput): Generator<RuleFinding> {
  for (const step of stagesOf(input).imageSteps) {
    if (step.commands.some(isConfigured)) return
    const command = step.commands.find(installsRecommends)
    if (command) yield finding(step, command)
  }
}

function installsRecommends(command: RunCommand): boolean {
  const asked = packageCommand(command)
  if (asked?.manager !== 'apt' || asked.verb.value !== 'install') return false
  return !asked.flags.some(flag => flag === '--no-install-recommends' || /^APT::Install-Recommends=/i.test(flag))
}

/** `echo 'APT::Install-Recommends "0";' > /etc/apt/apt.conf.d/...`. */
function isConfigured({ args, redirects }: RunCommand): boolean {
  const writes = redirects.some(({ target }) => target.value.startsWith('/etc/apt/apt.conf'))
  return (writes || args.some(word => word.value.startsWith('/etc/apt/apt.conf'))) && args.some(mentions)
}

function mentions({ value }: { readonly value: string }): boolean {
  return /Install-Recommends/i.test(value)
}

function finding(step: Step, { name }: RunCommand): RuleFinding {
  return {
    message: `${name} install brings recommended packages as well`,
    range: step.instruction.range,
    hint: `write ${name} install --no-install-recommends, and name what is really needed of them`,
  }
}
