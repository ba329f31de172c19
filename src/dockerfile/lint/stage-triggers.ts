import { parseNode } from '../instructions/parse-instruction.ts'
import type { Instruction, Stage } from '../instructions/types.ts'
import type { AstNode } from '../syntax/ast.ts'
import { parseAst } from '../syntax/parse-ast.ts'
import { effort } from './effort.ts'
import { oncePerInput } from './once-per-input.ts'
import { stageBases } from './stage-bases.ts'

/** An ONBUILD expression as an instruction; its places are those in the expression, not in the file. */
export interface Trigger {
  readonly instruction: Instruction
  readonly node: AstNode
}

/** What ONBUILD in each stage's base, an image or a stage above, puts at its start. */
export const stageTriggers = oncePerInput((input): ReadonlyMap<Stage, readonly Trigger[]> => {
  const read = new Map<Stage, Trigger[]>()
  const ofStage = (parent: Stage): Trigger[] => {
    const found =
      read.get(parent) ??
      parent.instructions.flatMap(each => (each.kind === 'onbuild' ? readTrigger(each.expression) : []))
    read.set(parent, found)
    return found
  }
  const triggers = new Map<Stage, readonly Trigger[]>()
  for (const { stage, parent, image } of stageBases(input)) {
    const found = parent
      ? ofStage(parent)
      : (input.baseImages?.get(image?.value ?? '')?.triggers ?? []).flatMap(readTrigger)
    if (found.length > 0 && effort(input).spend('triggers', found.length)) triggers.set(stage, found)
  }
  return triggers
})

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
