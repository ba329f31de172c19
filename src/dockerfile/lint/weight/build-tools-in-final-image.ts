import type { LintInput, RuleFinding } from '../rule.ts'
import { isApplication } from './image-purpose.ts'
import { packageCommand } from './package-commands.ts'
import { isCopyStep, isRunStep, type Step } from './stage-steps.ts'
import { baseImageOf, type StageView, stagesOf } from './stages.ts'
import { buildPackages, compiledLanguage, runtimeInsteadOf } from './toolchains.ts'
import { weightRule } from './weight-rule.ts'

export const buildToolsInFinalImage = weightRule(
  'BuildToolsInFinalImage',
  'Compilers, headers and what else only the build needs should not be in the image',
  check,
)

function* check(input: LintInput): Generator<RuleFinding> {
  const stages = stagesOf(input)
  const { image, imageSteps } = stages
  if (!isApplication(stages)) return
  const [lowest] = image
  if (lowest) yield* ofBase(lowest, imageSteps)
  const used = new Set(imageSteps.flatMap(step => step.commands.map(command => command.name)))
  for (const step of imageSteps) if (isRunStep(step)) yield* ofPackages(step, used)
}

function* ofBase(lowest: StageView, steps: readonly Step[]): Generator<RuleFinding> {
  const image = baseImageOf(lowest)
  const instead = runtimeInsteadOf(image)
  const builds = steps.some(step => isCopyStep(step) || step.commands.some(command => compiledLanguage(command)))
  if (instead === undefined || !builds) return
  yield {
    message: `The image is built on ${image}, with all its compilers and headers`,
    range: lowest.stage.from.range,
    hint: `build in a stage FROM ${image} AS build, and copy what came out into a last stage FROM ${instead}`,
  }
}

/** What one RUN installs and does not take away again. */
function* ofPackages(step: Step, used: ReadonlySet<string>): Generator<RuleFinding> {
  const asked = step.commands.flatMap(command => packageCommand(command) ?? [])
  const removed = new Set(asked.flatMap(({ action, packages }) => (action === 'remove' ? packages : [])))
  const left = new Set<string>()
  for (const install of asked) {
    if (install.action !== 'install') continue
    const group = virtualGroup(install.flags)
    if (group !== undefined && removed.has(group)) continue
    for (const name of buildPackages(install, used)) if (!removed.has(name)) left.add(name)
  }
  if (left.size === 0 || removesUnknown(step)) return
  const names = [...left].join(', ')
  yield {
    message: `${names} ${left.size === 1 ? 'is' : 'are'} needed to build, and stay${left.size === 1 ? 's' : ''} in the image`,
    range: step.instruction.range,
    hint: 'build in a stage of its own and copy what came out, or remove them in the same RUN',
  }
}

/** `apk add --virtual .build-deps ...`. */
function virtualGroup(flags: readonly string[]): string | undefined {
  const joined = flags.find(flag => flag.startsWith('--virtual='))
  if (joined !== undefined) return joined.slice('--virtual='.length)
  const at = flags.findIndex(flag => flag === '--virtual' || flag === '-t')
  return at < 0 ? undefined : flags[at + 1]
}

/** `apt-get purge $BUILD_DEPS`, `apt-mark auto ...`: what is taken away is not known here. */
function removesUnknown(step: Step): boolean {
  return step.commands.some(command => {
    if (command.name === 'apt-mark') return command.args[0]?.value === 'auto'
    return packageCommand(command)?.action === 'remove' && command.args.some(word => word.dynamic)
  })
}
