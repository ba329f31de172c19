import { mountFrom } from '../instructions/mount-fields.ts'
import type { Instruction, Stage } from '../instructions/types.ts'
import { oncePerInput } from './once-per-input.ts'
import type { LintInput } from './rule.ts'
import { stageBases } from './stage-bases.ts'
import { stageTriggers } from './stage-triggers.ts'

/** The stages that Docker's rules look at: all of them, or those that the target needs. */
export const lookedAt = oncePerInput((input): ReadonlySet<Stage> => {
  const { stages } = input.dockerfile
  if (input.target === undefined && !input.onlyReachable) return new Set(stages)
  const target = input.target === undefined ? stages.at(-1) : stageNamed(stages, input.target)
  const reached = new Set(target ? [target] : [])
  for (const stage of reached) for (const need of needsOf(input, stage)) reached.add(need)
  return reached
})

function needsOf(input: LintInput, stage: Stage): Stage[] {
  const { stages } = input.dockerfile
  const base = stageBases(input)[stage.index]
  const instructions = [...stageTriggers(input, stage).map(each => each.instruction), ...stage.instructions]
  const named = instructions.flatMap(namesIn).map(name => stageNamed(stages, name))
  return [base?.parent, ...named].filter(each => each !== undefined)
}

function namesIn(instruction: Instruction): string[] {
  if (instruction.kind === 'copy') return instruction.from?.value ? [instruction.from.value] : []
  if (instruction.kind !== 'run') return []
  return instruction.mounts.map(mountFrom).filter(name => name !== undefined)
}

/** By name in any case, the last of several; or by number. */
function stageNamed(stages: readonly Stage[], name: string): Stage | undefined {
  const lower = name.toLowerCase()
  const found = stages.findLast(stage => stage.name === lower)
  return found ?? (/^\d{1,9}$/.test(name) ? stages[Number(name)] : undefined)
}
