import type { LintInput, RuleFinding } from '../rule.ts'
import { isCopyStep, isRunStep, type Step } from './stage-steps.ts'
import { baseImageOf, StageNames, type StageView, stagesOf } from './stages.ts'
import { weightRule } from './weight-rule.ts'

export const wholeFileSystemCopied = weightRule(
  'WholeFileSystemCopied',
  'COPY --from=stage / / brings everything that the other stage holds, its base image too',
  check,
)

function* check(input: LintInput): Generator<RuleFinding> {
  const { all, reached } = stagesOf(input)
  const above = new StageNames()
  for (const view of all) {
    if (reached.has(view)) for (const step of view.steps) yield* ofStep(step, above)
    above.add(view)
  }
}

/** From an image outside, by whatever name, or a stage that began with nothing, all of it may well be meant. */
function* ofStep(step: Step, above: StageNames): Generator<RuleFinding> {
  if (!isCopyStep(step)) return
  const { from, sources, range } = step.instruction
  const stage = from?.value === undefined ? undefined : above.find(from.value)
  if (!stage || !isBuilt(stage) || baseImageOf(stage) === 'scratch' || !sources.some(isRoot)) return
  yield {
    message: `The whole file system of stage '${from?.value}' is copied`,
    range,
    hint: `copy only what is needed: COPY --from=${from?.value} /path/to/program /usr/local/bin/`,
  }
}

function isBuilt({ steps, parent }: StageView): boolean {
  return parent !== undefined || steps.some(isRunStep)
}

function isRoot(source: string): boolean {
  return /^\/?(?:\.\/?|\*)?$/.test(source)
}
