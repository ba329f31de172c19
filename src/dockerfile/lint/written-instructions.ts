import type { FromInstruction, Instruction, Stage } from '../instructions/types.ts'
import type { AstNode } from '../syntax/ast.ts'
import type { LintInput } from './rule.ts'

/** An instruction with its node of the tree, which knows how it was written and where its words stand. */
export interface WrittenInstruction {
  readonly node: AstNode
  readonly instruction: FromInstruction | Instruction
  /** Undefined for ARGs before the first FROM. */
  readonly stage: Stage | undefined
}

/** Everything in the file, from top to bottom. */
export function* writtenInstructions({ dockerfile, ast }: LintInput): Generator<WrittenInstruction> {
  const nodes = ast.nodes.values()
  for (const instruction of dockerfile.metaArgs) yield* paired(nodes.next().value, instruction, undefined)
  for (const stage of dockerfile.stages) {
    yield* paired(nodes.next().value, stage.from, stage)
    for (const instruction of stage.instructions) yield* paired(nodes.next().value, instruction, stage)
  }
}

function* paired(
  node: AstNode | undefined,
  instruction: FromInstruction | Instruction,
  stage: Stage | undefined,
): Generator<WrittenInstruction> {
  if (node) yield { node, instruction, stage }
}

/** The instructions that begin a stage. */
export function* writtenStages(input: LintInput): Generator<WrittenInstruction & { readonly stage: Stage }> {
  for (const { node, instruction, stage } of writtenInstructions(input))
    if (stage && instruction.kind === 'from') yield { node, instruction, stage }
}
