import type { LintInput, RuleFinding } from '../rule.ts'
import { imageName, imageTag } from './official-images.ts'
import { packageCommand } from './package-commands.ts'
import { isProgramSource, type Program, programsOf } from './programs.ts'
import { isCopyStep, type Step } from './stage-steps.ts'
import { baseImageOf, type StageView, stagesOf } from './stages.ts'
import { weightRule } from './weight-rule.ts'

export const wrongLibc = weightRule(
  'WrongLibc',
  'A program that is linked with a C library does not start in an image that has another one, or none',
  check,
)

type Libc = 'glibc' | 'musl' | 'none'

const GLIBC_IMAGES = new Set(
  'debian ubuntu fedora almalinux rockylinux oraclelinux amazonlinux golang rust gcc buildpack-deps node python'.split(
    ' ',
  ),
)

/** The C library of an image; undefined where it is not known. */
function libcOf(image: string): Libc | undefined {
  const name = imageName(image)
  const tag = imageTag(image)
  if (name === 'scratch' || /^gcr\.io\/distroless\/static(?:-|$)/.test(name)) return 'none'
  if (name === 'alpine' || (GLIBC_IMAGES.has(name) && tag.includes('alpine'))) return 'musl'
  return GLIBC_IMAGES.has(name) || /^gcr\.io\/distroless\/(?:base|cc)(?:-|$)/.test(name) ? 'glibc' : undefined
}

function* check(input: LintInput): Generator<RuleFinding> {
  const { all, target, image, imageSteps } = stagesOf(input)
  const here = target && libcOf(baseImageOf(target))
  if (!here || here === 'glibc' || imageSteps.some(mayBringLibc)) return
  for (const view of all) {
    const there = libcOf(baseImageOf(view))
    if (image.includes(view) || !there || there === 'none' || there === here) continue
    for (const program of view.steps.flatMap(programsOf)) {
      const copy = imageSteps.find(step => copiesProgram(step, view, program))
      if (copy && isDynamic(program, there, view, imageSteps))
        yield finding(program, copy, there, here, baseImageOf(target))
    }
  }
}

/** Other libraries that are copied or installed, and packages that stand in for glibc. */
function mayBringLibc(step: Step): boolean {
  if (isCopyStep(step)) {
    const { sources, destination } = step.instruction
    return (
      sources.includes('/') || [...sources, destination].some(path => /(?:^|\/)lib(?:64)?(?:\/|$)|\.so\b/.test(path))
    )
  }
  const installed = step.commands.flatMap(command => packageCommand(command)?.packages ?? [])
  return installed.some(name => /gcompat|libc6-compat|glibc|libgcc/.test(name))
}

function copiesProgram(step: Step, { stage }: StageView, program: Program): boolean {
  if (!isCopyStep(step)) return false
  const from = step.instruction.from?.value?.toLowerCase()
  if (from === undefined || (from !== stage.name && from !== String(stage.index))) return false
  return step.instruction.sources.some(source => {
    const path = step.expand(source)
    return path !== undefined && isProgramSource(path, program)
  })
}

/** Whether the program needs its stage's C library when it runs, as far as that can be told from how it is built. */
function isDynamic(program: Program, libc: Libc, view: StageView, imageSteps: readonly Step[]): boolean {
  const { language, command, step } = program
  const words = [...command.args, ...command.assignments].map(({ value }) => value).join(' ')
  const value = (name: string): string => valueIn(name, program) ?? step.value(name) ?? ''
  if (language === 'C') return !/-static\b|--static\b/.test(`${words} ${value('LDFLAGS')} ${value('CFLAGS')}`)
  if (language === 'Rust')
    return (
      libc === 'glibc' &&
      !/musl/.test(words + value('CARGO_BUILD_TARGET')) &&
      !/crt-static/.test(words + value('RUSTFLAGS'))
    )
  if (language !== 'Go' || libc !== 'glibc' || imageName(baseImageOf(view)) !== 'golang') return false
  // Only what uses the network or user names is linked with libc; a service does.
  const isService = imageSteps.some(({ instruction: { kind } }) => kind === 'expose' || kind === 'healthcheck')
  return isService && value('CGO_ENABLED') !== '0' && !/-static|netgo/.test(words + value('GOFLAGS'))
}

/** An assignment before the command, or an `export` or `go env -w` before it. */
function valueIn(name: string, { command, step }: Program): string | undefined {
  const words = [
    ...command.assignments,
    ...step.commands.flatMap(each =>
      each.name === 'export' || each.name === 'go' || each.name === '' ? [...each.args, ...each.assignments] : [],
    ),
  ]
  return words.find(({ value }) => value.startsWith(`${name}=`))?.value.slice(name.length + 1)
}

function finding({ language, step }: Program, copy: Step, libc: Libc, here: Libc, base: string): RuleFinding {
  const has = here === 'none' ? 'has no C library' : 'has musl'
  return {
    message: `The ${language} program of line ${step.instruction.range.startLine} is linked with ${libc}, and ${base} ${has}: it will not start`,
    range: copy.instruction.range,
    hint: HINTS[language] ?? '',
  }
}

const HINTS: Readonly<Record<string, string>> = {
  Go: 'build with CGO_ENABLED=0 go build ...',
  Rust: 'build with --target x86_64-unknown-linux-musl, or end with FROM debian:stable-slim or gcr.io/distroless/cc',
  C: 'link with -static, or end with an image like the one that builds',
}
