import type { LintInput, RuleFinding } from '../rule.ts'
import { isApplication } from './image-purpose.ts'
import { imageName, imageTag } from './official-images.ts'
import { readShell } from './shell-commands.ts'
import type { Step } from './stage-steps.ts'
import { baseImageOf, type Stages, stagesOf } from './stages.ts'
import { weightRule } from './weight-rule.ts'

/** Base images whose user is root, and whose programs do not change it themselves. Of others nothing is known here. */
const ROOT_IMAGES = new Set(
  `scratch alpine debian ubuntu busybox fedora almalinux rockylinux oraclelinux amazonlinux photon archlinux opensuse
  buildpack-deps golang rust gcc node python pypy ruby php perl openjdk eclipse-temurin amazoncorretto sapmachine
  ibm-semeru-runtimes maven gradle elixir erlang haskell swift dart julia clojure composer r-base
  mcr.microsoft.com/dotnet/sdk mcr.microsoft.com/dotnet/runtime mcr.microsoft.com/dotnet/aspnet
  mcr.microsoft.com/dotnet/runtime-deps oven/bun denoland/deno`.split(/\s+/),
)
const DISTROLESS = /^gcr\.io\/distroless\//
/** Programs that give root away when the container starts. */
const STEP_DOWN = new Set(['gosu', 'su-exec', 'setpriv', 'runuser', 'su', 'sudo', 'chpst', 's6-setuidgid', 'setuser'])

export const runsAsRoot = weightRule(
  'RunsAsRoot',
  'A container should not run as root when nothing it does needs that',
  check,
)

function* check(input: LintInput): Generator<RuleFinding> {
  const stages = stagesOf(input)
  const { target, imageSteps } = stages
  if (!target || !isApplication(stages) || stepsDown(imageSteps)) return
  const last = imageSteps.findLast(({ instruction: { kind } }) => kind === 'user')
  if (last ? isRoot(last) : isRootImage(stages))
    yield finding(last?.instruction.range ?? target.stage.from.range, stages)
}

function isRootImage({ target }: Stages): boolean {
  const image = target ? baseImageOf(target) : ''
  const tag = imageTag(image)
  if (DISTROLESS.test(image)) return !tag.includes('nonroot')
  return ROOT_IMAGES.has(imageName(image)) && !/nonroot|rootless|chiseled/.test(tag)
}

function isRoot(step: Step): boolean {
  const { instruction } = step
  const user = instruction.kind === 'user' ? step.expand(instruction.user) : undefined
  return user !== undefined && /^(?:root|0+)(?::|$)/.test(user)
}

/** An entry point of one's own, or one that knows how, may well give root away. */
function stepsDown(steps: readonly Step[]): boolean {
  return steps.some(({ instruction, commands }) => {
    if (instruction.kind === 'cmd' || instruction.kind === 'entrypoint') {
      const { command } = instruction
      const words =
        command.form === 'exec'
          ? command.args
          : readShell(command.text).flatMap(each => each.words.map(word => word.value))
      return words.some(
        word => STEP_DOWN.has(word.slice(word.lastIndexOf('/') + 1)) || /entry-?point|start.*\.sh$/.test(word),
      )
    }
    return commands.some(({ args }) => args.some(({ value }) => value === 'gosu' || value === 'su-exec'))
  })
}

function finding(range: RuleFinding['range'], { imageSteps }: Stages): RuleFinding {
  const made = imageSteps.flatMap(step => step.commands).find(({ name }) => name === 'useradd' || name === 'adduser')
  const user = made?.args.findLast(({ value, dynamic }) => !dynamic && /^[a-z_][\w-]*$/.test(value))?.value
  return {
    message: 'The image runs as root',
    range,
    hint: `add USER ${user ?? '65532'} before CMD, and give it the files that it writes with COPY --chown`,
  }
}
