import type { FromInstruction, Instruction, Stage } from '../instructions/types.ts'
import type { AstNode } from '../syntax/ast.ts'
import { oncePerInput } from './once-per-input.ts'

/** An instruction with its node of the tree, which knows how it was written and where its words stand. */
export interface WrittenInstruction {
  readonly node: AstNode
  readonly instruction: FromInstruction | Instruction
  /** Undefined for ARGs before the first FROM. */
  readonly stage: Stage | undefined
}

/** Everything in the file, from top to bottom. */
export const writtenInstructions = oncePerInput(({ dockerfile }): readonly WrittenInstruction[] => {
  const { metaArgs, stages } = dockerfile
  const inStages = stages.flatMap(stage =>
    [stage.from, ...stage.instructions].map(instruction => ({ instruction, stage })),
  )
  const all = [...metaArgs.map(instruction => ({ instruction, stage: undefined })), ...inStages]
  return all.flatMap(({ instruction, stage }, i) => {
    const node = dockerfile.ast.nodes[i]
    return node ? [{ node, instruction, stage }] : []
  })
})

/** The instructions that begin a stage. */
export const writtenStages = oncePerInput((input): readonly (WrittenInstruction & { readonly stage: Stage })[] =>
  writtenInstructions(input).flatMap(({ node, instruction, stage }) =>
    stage && instruction.kind === 'from' ? [{ node, instruction, stage }] : [],
  ),
)
