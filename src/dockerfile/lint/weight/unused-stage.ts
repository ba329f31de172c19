import type { LintInput, RuleFinding } from '../rule.ts'
import { reachedFrom, type StageView, stagesOf, titleOf } from './stages.ts'
import { weightRule } from './weight-rule.ts'

/** Stages that are there to be built by their name: what a CI job or a developer asks for with --target. */
const TARGETS =
  /(?:^|[-_.])(?:tests?|testing|unit|e2e|lint|linter|check|validate|verify|dev|devel|develop|development|debug|local|ci|docs?|bench|coverage|prod|production|release|export|artifacts?|binar(?:y|ies)|dist|update|vendor|fmt|format|shell|run|runtime|final|image|slim|full|all|default|cross|package|publish|rootless)(?:$|[-_.])/

export const unusedStage = weightRule(
  'UnusedStage',
  'A stage that neither the image nor another stage needs is never built',
  check,
)

function* check(input: LintInput): Generator<RuleFinding> {
  const { all, target, reached } = stagesOf(input)
  const last = all.at(-1)
  if (!target || !last) return
  const needed = new Set<StageView>(all.flatMap(view => [...view.needs]))
  const targets = all.filter(view => view === last || (!needed.has(view) && isTarget(view)))
  const wanted = new Set([...reached, ...reachedFrom(targets)])
  for (const view of all) if (!wanted.has(view)) yield finding(view, target)
}

/** A stage that nothing needs may be one of several images that the file is for. */
function isTarget({ stage, parent }: StageView): boolean {
  return stage.name !== undefined && (parent !== undefined || TARGETS.test(stage.name))
}

function finding(view: StageView, target: StageView): RuleFinding {
  const title = titleOf(view.stage)
  return {
    message: `Stage '${title}' is not needed for '${titleOf(target.stage)}' and is never built`,
    range: view.stage.from.range,
    hint: `take it out, copy from it, or build it with --target ${view.stage.name ?? view.stage.index}`,
  }
}
