import { parseNode } from '../instructions/parse-instruction.ts'
import type { Instruction, Stage } from '../instructions/types.ts'
import type { AstNode } from '../syntax/ast.ts'
import { parseAst } from '../syntax/parse-ast.ts'
import type { LintInput } from './rule.ts'
import { stageBases } from './stage-bases.ts'

/** An ONBUILD expression as an instruction; its places are those in the expression, not in the file. */
export interface Trigger {
  readonly instruction: Instruction
  readonly node: AstNode
}

/** What ONBUILD in the stage's base, an image or a stage above, puts at its start. */
export function stageTriggers(input: LintInput, stage: Stage): Trigger[] {
  const base = stageBases(input)[stage.index]
  if (!base) return []
  const expressions = base.parent
    ? base.parent.instructions.flatMap(each => (each.kind === 'onbuild' ? [each.expression] : []))
    : (input.baseImages?.get(base.image?.value ?? '')?.triggers ?? [])
  return expressions.flatMap(readTrigger)
}

/** Nothing for what is no instruction: planning the build reports that. */
function readTrigger(expression: string): Trigger[] {
  try {
    const { nodes, file } = parseAst(expression, 'ONBUILD')
    const [node] = nodes
    const instruction = node && parseNode(node, file)
    return node && instruction && instruction.kind !== 'from' ? [{ instruction, node }] : []
  } catch {
    return []
  }
}
