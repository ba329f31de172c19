import type { LintInput, RuleFinding } from '../rule.ts'
import { packageCommand } from './package-commands.ts'
import type { Step } from './stage-steps.ts'
import { stagesOf } from './stages.ts'
import { weightRule } from './weight-rule.ts'

export const stalePackageLists = weightRule(
  'StalePackageLists',
  'apt-get update belongs into the RUN that installs: alone it comes from the cache long after the lists have changed',
  check,
)

function* check(input: LintInput): Generator<RuleFinding> {
  for (const view of stagesOf(input).reached) {
    let later: Step | undefined
    for (const step of view.steps.toReversed()) {
      if (later && onlyUpdates(step)) yield finding(step, later)
      if (installs(step)) later = step
    }
  }
}

function actionsOf(step: Step): string[] {
  return step.commands.flatMap(command => {
    const asked = packageCommand(command)
    return asked?.manager === 'apt' ? [asked.action] : []
  })
}

function onlyUpdates(step: Step): boolean {
  const actions = actionsOf(step)
  return actions.includes('update') && !actions.includes('install')
}

function installs(step: Step): boolean {
  const actions = actionsOf(step)
  return actions.includes('install') && !actions.includes('update')
}

function finding(step: Step, later: Step): RuleFinding {
  const line = later.instruction.range.startLine
  return {
    message: `apt-get update in a RUN of its own: line ${line} installs from lists that the cache may have kept for months`,
    range: step.instruction.range,
    hint: 'write RUN apt-get update && apt-get install ... as one instruction',
  }
}
