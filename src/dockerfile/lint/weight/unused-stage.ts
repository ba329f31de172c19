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
  if (!target) return
  const wanted = new Set([...reached, ...reachedFrom(targetsOf(all))])
  for (const view of all) if (!wanted.has(view)) yield finding(view, target)
}

/** So many stages that nothing needs are not forgotten: the file is for several images. */
const MANY = 3

/** The last stage, those that a FROM with variables may mean, and those that look as if they were asked for by name. */
function targetsOf(all: readonly StageView[]): StageView[] {
  const needed = new Set(all.flatMap(view => [...view.needs]))
  const leaves = all.slice(0, -1).filter(view => !needed.has(view))
  const choices = all.map(view => view.stage.from.image).filter(image => image.includes('$'))
  const chosen = leaves.filter(({ stage: { name } }) => choices.some(image => mayMean(image, name)))
  const named = leaves.filter(({ stage: { name } }) => name !== undefined)
  const several = named.some(isTarget) || named.length >= MANY
  return [...all.slice(-1), ...chosen, ...(several ? named : [])]
}

/** Whether `build-${TARGETARCH}` may come to be `build-arm64`. */
function mayMean(image: string, name = ''): boolean {
  const before = image.slice(0, image.indexOf('$'))
  const after = /[^}]*$/.exec(image)?.[0] ?? ''
  return name.startsWith(before) && (!image.includes('}') || name.endsWith(after))
}

/** A variant of another stage, or files to be written out, or a name that people build by. */
function isTarget({ stage, parent, image, needs }: StageView): boolean {
  return parent !== undefined || (image === 'scratch' && needs.size > 0) || TARGETS.test(stage.name ?? '')
}

function finding(view: StageView, target: StageView): RuleFinding {
  const title = titleOf(view.stage)
  return {
    message: `Stage '${title}' is not needed for '${titleOf(target.stage)}' and is never built`,
    range: view.stage.from.range,
    hint: `take it out, copy from it, or build it with --target ${view.stage.name ?? view.stage.index}`,
  }
}
