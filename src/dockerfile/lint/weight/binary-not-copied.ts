import type { LintInput, RuleFinding } from '../rule.ts'
import { startOf } from './image-purpose.ts'
import { isWithin } from './paths.ts'
import { isProgramSource, type Program, programsOf } from './programs.ts'
import { baseName } from './run-commands.ts'
import { readShell } from './shell-commands.ts'
import { isCopyStep, type Step } from './stage-steps.ts'
import { stagesOf, titleOf } from './stages.ts'
import { weightRule } from './weight-rule.ts'
import { copiedPaths } from './written-paths.ts'

export const binaryNotCopied = weightRule(
  'BinaryNotCopied',
  'CMD or ENTRYPOINT starts a program that another stage builds, and that no COPY brings into the image',
  check,
)

function* check(input: LintInput): Generator<RuleFinding> {
  const { all, image, imageSteps } = stagesOf(input)
  const start = startOf(imageSteps)
  const path = start && startedPath(start)
  if (!start || path === undefined) return
  const others = all.filter(view => !image.includes(view))
  const programs = others.flatMap(view => view.steps.flatMap(programsOf)).filter(program => isNamed(path, program))
  const [program] = programs
  if (!program || imageSteps.some(step => mayBring(path, step, programs))) return
  const { kind } = start.instruction
  yield {
    message: `${kind.toUpperCase()} starts ${path}, which stage '${titleOf(program.step.stage)}' builds and no COPY brings here`,
    range: start.instruction.range,
    hint: hintFor(path, program, imageSteps),
  }
}

/** The path of what is started, where it is one: a bare name is looked for in PATH. */
function startedPath(start: NonNullable<ReturnType<typeof startOf>>): string | undefined {
  const { command } = start.instruction
  const words = command.form === 'exec' ? command.args : shellWords(command.text)
  const [first] = words[0] === 'exec' ? words.slice(1) : words
  if (!first?.includes('/') || first.includes('$')) return undefined
  return first.startsWith('/') || start.workdir !== undefined ? start.path(first.replaceAll('\\', '\\\\')) : undefined
}

function shellWords(text: string): string[] {
  return readShell(text)[0]?.words.map(word => word.value) ?? []
}

function isNamed(path: string, program: Program): boolean {
  return program.isDirectory ? isWithin(path, program.path) : baseName(program.path) === baseName(path)
}

/** Whether the file may be there for what this step does; a COPY of the program itself to another place is no such thing. */
function mayBring(path: string, step: Step, programs: readonly Program[]): boolean {
  if (!isCopyStep(step)) {
    const name = baseName(path)
    return step.commands.some(({ args, redirects }) =>
      [...args, ...redirects.map(({ target }) => target)].some(({ value }) => value.includes(name)),
    )
  }
  const { from } = step.instruction
  return copiedPaths(step).some(({ source, path: copied, destination }) => {
    if (copied === undefined || destination === undefined || copied === path) return true
    if (from !== undefined && programs.some(program => isProgramSource(source, program)))
      return copied === destination && isWithin(path, copied) && baseName(source) === baseName(path)
    return isWithin(path, destination)
  })
}

function hintFor(path: string, program: Program, steps: readonly Step[]): string {
  const copied = steps
    .filter(isCopyStep)
    .flatMap(copiedPaths)
    .find(each => isProgramSource(each.source, program))
  if (copied?.path !== undefined) return `it is copied to ${copied.path}: start that, or copy it to ${path}`
  const source = program.isDirectory ? path : program.path
  return `add COPY --from=${titleOfSource(program)} ${source} ${path}`
}

/** A stage without a name is called by its number. */
function titleOfSource({ step: { stage } }: Program): string {
  return stage.name ?? String(stage.index)
}
