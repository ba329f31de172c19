import type { SourceRange } from '../../../base/source.ts'
import { suggest } from '../../../base/suggest.ts'
import type { LintInput, RuleFinding } from '../rule.ts'
import { OFFICIAL_IMAGES } from './official-images.ts'
import { isCopyStep, type Step } from './stage-steps.ts'
import { StageNames, stagesOf } from './stages.ts'
import { weightRule } from './weight-rule.ts'

/** Names that people give to stages and nobody to an image. */
const STAGE_WORDS = new Set(
  'build builder building compile compiler deps dependencies dist final runtime release production development'.split(
    ' ',
  ),
)

export const unknownStage = weightRule(
  'UnknownStage',
  'FROM, COPY --from and RUN --mount=from should name a stage that exists above them, or an image',
  check,
)

function* check(input: LintInput): Generator<RuleFinding> {
  const { all } = stagesOf(input)
  const below = new Set(all.flatMap(({ stage }) => stage.name ?? []))
  const above = new StageNames()
  for (const view of all) {
    const { from } = view.stage
    const froms = [{ name: view.image, words: 'FROM ', range: from.imageRange }, ...view.steps.flatMap(namesIn)]
    for (const named of froms) if (isUnknown(named.name, above, below)) yield finding(named, above, below)
    above.add(view)
  }
}

interface Named {
  readonly name: string
  readonly words: string
  readonly range: SourceRange
}

function namesIn(step: Step): Named[] {
  if (!isCopyStep(step))
    return step.mounts.flatMap(({ from, flag }) =>
      from ? [{ name: from, words: '--mount=from=', range: flag.range }] : [],
    )
  const { from } = step.instruction
  return from?.value ? [{ name: from.value, words: '--from=', range: from.range }] : []
}

/** A word that is no stage is taken for an image: only where that is hardly meant is something said. */
function isUnknown(name: string, above: StageNames, all: ReadonlySet<string>): boolean {
  if (!/^[a-z][\w.-]*$/i.test(name) || above.find(name) || OFFICIAL_IMAGES.has(name.toLowerCase())) return false
  return all.has(name.toLowerCase()) || STAGE_WORDS.has(name.toLowerCase()) || nearStage(name, above) !== undefined
}

/** Among more stages than anybody writes, nothing is looked for. */
const MOST = 200

/** Short names are near to too many others. */
function nearStage(name: string, above: StageNames): string | undefined {
  if (above.size > MOST) return undefined
  const near = suggest(name, above.names())
  if (near === undefined) return undefined
  return Math.min(near.length, name.length) >= 4 || near.length === name.length ? near : undefined
}

function finding({ name, words, range }: Named, above: StageNames, all: ReadonlySet<string>): RuleFinding {
  const message = `${words}${name} names no stage above, and is no image anybody publishes`
  return { message, range, hint: hintFor(name, above, all) }
}

function hintFor(name: string, above: StageNames, all: ReadonlySet<string>): string {
  if (all.has(name.toLowerCase())) return `stage ${name} stands further down: move it above this line`
  const near = nearStage(name, above)
  if (near !== undefined) return `did you mean ${near}?`
  const names = [...above.names()]
  return names.length > 0 ? `the stages above are: ${names.join(', ')}` : `name a stage with FROM ... AS ${name}`
}
