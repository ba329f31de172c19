import type { SourceFile } from '../base/source.ts'
import type { RunInstruction } from '../dockerfile/index.ts'
import { notSupported, type SourceSpot } from './plan-error.ts'
import type { StageNode } from './stage-graph.ts'

/** Refuses what the engine cannot carry out, before anything is looked up. */
export function refuseUnsupported(node: StageNode, file: SourceFile): void {
  for (const step of node.steps) {
    const at = { file, range: step.range }
    if (step.instruction.kind === 'run') refuseRunFlags(step.instruction, at, step.trigger === undefined)
  }
}

function refuseRunFlags(run: RunInstruction, at: SourceSpot, own: boolean): void {
  for (const flag of run.flags)
    if (flag.name === 'mount' || flag.name === 'device')
      throw notSupported(`RUN --${flag.name}`, own ? { file: at.file, range: flag.range } : at)
  if (run.security === 'insecure') throw notSupported('RUN --security=insecure', at)
}
