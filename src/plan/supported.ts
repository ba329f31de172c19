import type { SourceFile } from '../base/source.ts'
import type { CopyInstruction, RunInstruction } from '../dockerfile/index.ts'
import { notSupported, planError, type SourceSpot } from './plan-error.ts'
import { isGitSource } from './source-kind.ts'
import { isCopy, type StageNode } from './stage-graph.ts'

/** Refuses what the engine cannot carry out, before anything is looked up. */
export function refuseUnsupported(node: StageNode, file: SourceFile): void {
  for (const step of node.steps) {
    const at = { file, range: step.range }
    if (step.instruction.kind === 'run') refuseRunFlags(step.instruction, at, step.trigger === undefined)
    if (isCopy(step.instruction)) refuseCopyFlags(step.instruction, at)
  }
}

function refuseRunFlags(run: RunInstruction, at: SourceSpot, own: boolean): void {
  for (const flag of run.flags)
    if (flag.name === 'mount' || flag.name === 'device')
      throw notSupported(`RUN --${flag.name}`, own ? { file: at.file, range: flag.range } : at)
  if (run.security === 'insecure') throw notSupported('RUN --security=insecure', at)
}

function refuseCopyFlags(copy: CopyInstruction, at: SourceSpot): void {
  if (copy.parents) throw notSupported('COPY --parents', at)
  const git = copy.kind === 'add' ? copy.sources.find(isGitSource) : undefined
  if (git !== undefined) throw notSupported(`ADD of a Git repository (${git})`, at)
  if (copy.keepGitDir !== undefined)
    throw planError('PLAN_INVALID', 'reading ADD --keep-git-dir: no source is a Git repository', at)
}
