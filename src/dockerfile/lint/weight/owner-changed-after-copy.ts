import type { LintInput, RuleFinding } from '../rule.ts'
import { isWithin } from './paths.ts'
import type { RunCommand } from './run-commands.ts'
import { isCopyStep, type Step } from './stage-steps.ts'
import { stagesOf } from './stages.ts'
import { weightRule } from './weight-rule.ts'
import { copiedPaths } from './written-paths.ts'

export const ownerChangedAfterCopy = weightRule(
  'OwnerChangedAfterCopy',
  'chown and chmod of copied files put all of their bytes into the image once more',
  check,
)

interface Copied {
  readonly path: string
  readonly line: number
}

/** What a hostile file cannot make slow. */
const MOST = 2000

function* check(input: LintInput): Generator<RuleFinding> {
  const copied: Copied[] = []
  for (const step of stagesOf(input).imageSteps) {
    const found = isCopyStep(step) ? undefined : firstChange(step, copied)
    if (found) yield finding(step, found)
    if (!isCopyStep(step) || copied.length >= MOST) continue
    const line = step.instruction.range.startLine
    for (const { path } of copiedPaths(step)) if (path !== undefined) copied.push({ path, line })
  }
}

function firstChange(step: Step, copied: readonly Copied[]): { command: RunCommand; of: Copied } | undefined {
  for (const command of step.commands) {
    for (const path of changedPaths(command, step)) {
      const of = copied.find(each => isWithin(each.path, path))
      if (of) return { command, of }
    }
  }
  return undefined
}

/** Of a change that goes through directories; of one file, as `chmod +x start.sh`, there is little to save. */
function changedPaths({ name, args }: RunCommand, step: Step): string[] {
  if (name !== 'chown' && name !== 'chmod' && name !== 'chgrp') return []
  if (!args.some(({ value }) => value === '--recursive' || /^-[a-zA-Z]*R/.test(value))) return []
  const [, ...paths] = args.filter(({ value }) => !value.startsWith('-'))
  return paths.flatMap(({ value, dynamic }) => (dynamic ? [] : (step.path(value.replace(/\/\*$/, '')) ?? [])))
}

function finding(step: Step, { command, of }: { command: RunCommand; of: Copied }): RuleFinding {
  const [first] = command.args.filter(({ value }) => !value.startsWith('-'))
  const flag = command.name === 'chmod' ? '--chmod' : '--chown'
  return {
    message: `${command.name} -R puts all that line ${of.line} copied into a second layer`,
    range: step.instruction.range,
    hint: `write ${flag}=${first && !first.dynamic ? first.value : '...'} in line ${of.line} instead`,
  }
}
