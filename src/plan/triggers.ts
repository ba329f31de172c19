import { isTareError, messageOf } from '../base/error.ts'
import type { SourceRange } from '../base/source.ts'
import {
  type CopyInstruction,
  type Dockerfile,
  type Instruction,
  parseInstruction,
  type Stage,
} from '../dockerfile/index.ts'
import { planError, type SourceSpot } from './plan-error.ts'

/** An instruction as a stage carries it out. */
export interface StageStep {
  readonly instruction: Instruction
  /** Where errors point: the instruction, or the FROM line that brought the trigger in. */
  readonly range: SourceRange
  /** The ONBUILD expression this step comes from. */
  readonly trigger: string | undefined
}

/** What ONBUILD in `parent` adds to a stage built FROM it. */
export function stageTriggers(parent: Stage, child: Stage, dockerfile: Dockerfile): StageStep[] {
  const expressions = parent.instructions.flatMap(each => (each.kind === 'onbuild' ? [each.expression] : []))
  return parseTriggers(expressions, { file: dockerfile.file, range: child.from.range })
}

/** Errors in a trigger point at the FROM line: the trigger's own text stands in no file of the user's. */
export function parseTriggers(expressions: readonly string[], at: SourceSpot): StageStep[] {
  return expressions.map(trigger => {
    try {
      return { instruction: parseInstruction(trigger, `ONBUILD ${trigger}`), range: at.range, trigger }
    } catch (error) {
      const hint = isTareError(error) ? error.hint : undefined
      throw planError('PLAN_INVALID', `reading ONBUILD ${trigger}: ${messageOf(error)}`, at, { cause: error, hint })
    }
  })
}

export function isCopy(instruction: Instruction): instruction is CopyInstruction {
  return instruction.kind === 'copy' || instruction.kind === 'add'
}
