import { mountFrom } from '../instructions/mount-fields.ts'
import type { Instruction, Stage } from '../instructions/types.ts'
import { oncePerInput } from './once-per-input.ts'
import type { LintInput } from './rule.ts'
import { stageBases } from './stage-bases.ts'
import { stageTriggers } from './stage-triggers.ts'

/** The stages that Docker's rules look at: all of them, or those that the target needs. */
export function lookedAt(input: LintInput): ReadonlySet<Stage> {
  const everything = input.target === undefined && !input.onlyReachable
  return everything ? new Set(input.dockerfile.stages) : reachedStages(input)
}

/** The target, or the last stage, and all that it is made from. */
export const reachedStages = oncePerInput((input): ReadonlySet<Stage> => {
  const { stages } = input.dockerfile
  const named = stageFinder(stages)
  const target = input.target === undefined ? stages.at(-1) : named(input.target)
  const reached = new Set(target ? [target] : [])
  for (const stage of reached) for (const need of needsOf(input, stage, named)) reached.add(need)
  return reached
})

type StageFinder = (name: string) => Stage | undefined

/** By name in any case, the last of several; or by number. */
function stageFinder(stages: readonly Stage[]): StageFinder {
  const byName = new Map(stages.map(stage => [stage.name, stage]))
  return name => byName.get(name.toLowerCase()) ?? (/^\d{1,9}$/.test(name) ? stages[Number(name)] : undefined)
}

function needsOf(input: LintInput, stage: Stage, named: StageFinder): Stage[] {
  const base = stageBases(input)[stage.index]
  const triggered = (stageTriggers(input).get(stage) ?? []).map(each => each.instruction)
  const copied = [...triggered, ...stage.instructions].flatMap(namesIn).map(named)
  return [base?.parent, ...copied].filter(each => each !== undefined)
}

function namesIn(instruction: Instruction): string[] {
  if (instruction.kind === 'copy') return instruction.from?.value ? [instruction.from.value] : []
  if (instruction.kind !== 'run') return []
  return instruction.mounts.map(mountFrom).filter(name => name !== undefined)
}
