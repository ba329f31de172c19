import type { SourceRange } from '../../base/source.ts'
import type { Instruction, Stage } from '../instructions/types.ts'
import type { AstNode } from '../syntax/ast.ts'
import { globalScope } from './global-scope.ts'
import { oncePerInput } from './once-per-input.ts'
import type { LintBaseImage, LintInput } from './rule.ts'
import { type StageBase, stageBases } from './stage-bases.ts'
import { lookedAt, reachedStages } from './stage-links.ts'
import { StageState, type StateWords } from './stage-state.ts'
import { stageTriggers } from './stage-triggers.ts'
import { writtenInstructions } from './written-instructions.ts'

/** An instruction as a stage carries it out, and what the stage knows when it comes to it. */
export interface StageStep extends StateWords {
  readonly stage: Stage
  readonly instruction: Instruction
  readonly node: AstNode
  /** Brought in by ONBUILD of the base: places of `node` are not in the file. */
  readonly triggered: boolean
  /** Where findings point: the instruction, or the FROM line that brought it in. */
  readonly range: SourceRange
  readonly hasShell: boolean
  readonly hasWorkdir: boolean
  /** Whether the base image's variables are known. */
  readonly complete: boolean
}

const SCRATCH: LintBaseImage = { platform: undefined, environment: new Map(), shell: undefined, triggers: [] }

/** The instruction's keyword as it was written. */
export function keywordOf({ node }: { readonly node: AstNode }): string {
  return node.keyword.value
}

/** The steps of the stages that are looked at, in file order. */
export const stageSteps = oncePerInput((input): readonly StageStep[] => {
  const looked = lookedAt(input)
  const reached = reachedStages(input)
  const nodes = new Map(writtenInstructions(input).map(each => [each.instruction, each.node]))
  const states = new Map<Stage, StageState>()
  const global = globalScope(input)
  return stageBases(input).flatMap(base => {
    const { stage } = base
    if (!looked.has(stage)) return []
    const state = new StageState(input, global, startOf(input, base, states))
    states.set(stage, state)
    // BuildKit carries triggers out in stages that the target needs only, even when it looks at all of them.
    const triggers = reached.has(stage) ? (stageTriggers(input).get(stage) ?? []) : []
    const triggered = triggers.map(({ instruction, node }) =>
      step(state, { stage, instruction, node, triggered: true, range: stage.from.range }),
    )
    const own = stage.instructions.flatMap(instruction => {
      const node = nodes.get(instruction)
      return node ? [step(state, { stage, instruction, node, triggered: false, range: instruction.range })] : []
    })
    return [...triggered, ...own]
  })
})

function startOf(
  { baseImages }: LintInput,
  { image, parent }: StageBase,
  states: ReadonlyMap<Stage, StageState>,
): StageState | LintBaseImage | undefined {
  if (parent) return states.get(parent)
  return image?.value === 'scratch' ? SCRATCH : baseImages?.get(image?.value ?? '')
}

function step(
  state: StageState,
  about: Pick<StageStep, 'stage' | 'instruction' | 'node' | 'triggered' | 'range'>,
): StageStep {
  const { hasShell, hasWorkdir, complete } = state
  return { ...about, hasShell, hasWorkdir, complete, ...state.enter(about.instruction) }
}
