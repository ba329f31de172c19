import type { SourceFile } from '../base/source.ts'
import { planError } from './plan-error.ts'
import type { StageNode } from './stage-graph.ts'
import type { StageStep } from './triggers.ts'

/** More rights than a container has are given by who builds, not by who writes Dockerfiles. Throws `PLAN_NOT_ALLOWED`. */
export function refuseInsecureSteps(node: StageNode, file: SourceFile): void {
  for (const step of node.steps) refuseInsecure(step, file)
}

function refuseInsecure({ instruction, range, trigger }: StageStep, file: SourceFile): void {
  if (instruction.kind !== 'run') return
  const flag = instruction.flags.find(({ name, value }) => name === 'security' && value === 'insecure')
  if (!flag) return
  const at = { file, range: trigger === undefined ? flag.range : range }
  throw planError('PLAN_NOT_ALLOWED', 'planning RUN --security=insecure: this build does not allow it', at, {
    hint: 'Build with --allow security.insecure: the step then runs with all rights that Tare itself has.',
  })
}
