import type { Instruction } from '../../instructions/types.ts'
import type { LintInput, RuleFinding } from '../rule.ts'
import { isCopyStep, isRunStep, type Step } from './stage-steps.ts'
import { baseImageOf, type StageView, stagesOf } from './stages.ts'
import { weightRule } from './weight-rule.ts'
import { type CopiedPath, copiedPaths } from './written-paths.ts'

export const noShellInImage = weightRule(
  'NoShellInImage',
  'The shell form needs /bin/sh, which scratch and distroless images do not have',
  check,
)

function* check(input: LintInput): Generator<RuleFinding> {
  for (const view of stagesOf(input).reached) {
    const base = baseImageOf(view)
    if (!lacksShell(base)) continue
    if (chainSteps(view).some(mayBringShell)) continue
    for (const step of view.steps) if (usesShell(step)) yield finding(step, base)
  }
}

/** Variants with a shell say so in their tags. */
function lacksShell(image: string): boolean {
  if (image === 'scratch') return true
  return /^gcr\.io\/distroless\//.test(image) && !/debug/.test(image)
}

function chainSteps(view: StageView): Step[] {
  const steps: Step[] = []
  for (let at: StageView | undefined = view; at; at = at.parent) steps.push(...at.steps)
  return steps
}

const SHELL_PATH = /\/(?:sh|bash|ash|dash|busybox)$/
const SYSTEM_DIRECTORIES = new Set(['/', '/bin', '/usr', '/usr/bin'])

/** A copied shell, an archive, a whole root file system, SHELL: whoever writes these knows. */
function mayBringShell(step: Step): boolean {
  if (step.instruction.kind === 'shell') return true
  if (!isCopyStep(step)) return false
  return step.instruction.kind === 'add' || copiedPaths(step).some(copied => mayHoldShell(copied))
}

function mayHoldShell({ source, path, destination }: CopiedPath): boolean {
  if (path === undefined || destination === undefined || SHELL_PATH.test(path)) return true
  return SYSTEM_DIRECTORIES.has(path) && /(?:^|\/)(?:[^/]*[*?[].*|\.?|bin|usr|[^/]*root[^/]*)\/?$/.test(source)
}

function usesShell(step: Step): boolean {
  const { instruction } = step
  if (isRunStep(step))
    return step.instruction.command.form === 'shell' && !step.mounts.some(({ from }) => from !== undefined)
  if (instruction.kind === 'healthcheck')
    return instruction.check !== 'none' && instruction.check.command.form === 'shell'
  return (
    (instruction.kind === 'cmd' || instruction.kind === 'entrypoint') &&
    instruction.command.form === 'shell' &&
    instruction.command.text !== ''
  )
}

function finding(step: Step, base: string): RuleFinding {
  const keyword = keywordOf(step.instruction)
  const hint =
    keyword === 'RUN'
      ? 'run it in a stage of its own and copy what comes out'
      : `write the exec form: ${keyword} ["/program", "argument"]`
  return { message: `${keyword} starts /bin/sh, which ${base} does not have`, range: step.instruction.range, hint }
}

function keywordOf({ kind }: Instruction): string {
  return kind === 'healthcheck' ? 'HEALTHCHECK CMD' : kind.toUpperCase()
}
