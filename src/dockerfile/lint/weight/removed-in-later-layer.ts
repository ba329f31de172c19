import type { LintInput, RuleFinding } from '../rule.ts'
import { isWithin, resolvePath } from './paths.ts'
import { changedDirectory } from './programs.ts'
import type { RunCommand } from './run-commands.ts'
import { isCopyStep, isRunStep, type Step } from './stage-steps.ts'
import { stagesOf } from './stages.ts'
import { weightRule } from './weight-rule.ts'
import { copiedPaths, downloadedFile } from './written-paths.ts'

export const removedInLaterLayer = weightRule(
  'RemovedInLaterLayer',
  'Removing a file in a later instruction hides it; its bytes stay in the layer that brought it',
  check,
)

interface Made {
  readonly path: string
  readonly line: number
}

function* check(input: LintInput): Generator<RuleFinding> {
  const made: Made[] = []
  for (const step of stagesOf(input).imageSteps) {
    const own = madeBy(step)
    for (const path of removedBy(step)) {
      const earlier = made.find(each => isWithin(each.path, path) && !own.some(mine => isWithin(mine, path)))
      if (!earlier) continue
      yield finding(step, path, earlier)
      break
    }
    const line = step.instruction.range.startLine
    if (made.length < MOST) made.push(...own.map(path => ({ path, line })))
  }
}

/** What a hostile file cannot make slow. */
const MOST = 2000

/** The files and directories that an instruction certainly brings. */
function madeBy(step: Step): string[] {
  if (isCopyStep(step))
    return copiedPaths(step).flatMap(({ path, destination }) =>
      path && path !== '/' && (path !== destination || !isSystem(path)) ? [path] : [],
    )
  if (!isRunStep(step)) return []
  return paths(step, command => {
    const file = downloadedFile(command)
    if (file !== undefined) return [typeof file === 'string' ? file : file.dynamic ? '$' : file.value]
    if (command.name === 'git') return clonedTo(command)
    return command.name === 'apt-get' && command.args.some(word => word.value === 'update')
      ? ['/var/lib/apt/lists']
      : []
  })
}

/** Directories that every image has: what is copied into one is not all that is in it. */
function isSystem(path: string): boolean {
  return /^\/(?:|tmp|var|etc|usr|opt|srv|home|root|bin|sbin|lib|app)(?:\/(?:bin|lib|local|sbin|share|src|tmp|local\/bin))?$/.test(
    path,
  )
}

function clonedTo({ args }: RunCommand): string[] {
  const [verb, url, ...more] = args.filter(word => !word.value.startsWith('-')).map(word => word.value)
  if (verb !== 'clone' || url === undefined || args.some(word => /^(?:-b|--branch|--depth|-c)$/.test(word.value)))
    return []
  return [more[0] ?? url.replace(/^.*[/:]/, '').replace(/\.git$/, '')]
}

function removedBy(step: Step): string[] {
  return paths(step, ({ name, args }) =>
    name === 'rm' ? args.map(word => (word.dynamic ? '$' : word.value)).filter(value => !value.startsWith('-')) : [],
  ).map(path => path.replace(/\/\*$/, '') || '/')
}

/** Paths that commands of a RUN name, made absolute; those that are not known are left out. */
function paths(step: Step, of: (command: RunCommand) => readonly string[]): string[] {
  let directory = step.workdir
  return step.commands.flatMap(command => {
    if (command.name === 'cd') directory = changedDirectory(directory, command)
    return of(command).flatMap(path =>
      path.includes('$') || path.startsWith('~') ? [] : (join(directory, path) ?? []),
    )
  })
}

function join(directory: string | undefined, path: string): string | undefined {
  if (path.startsWith('/')) return resolvePath(path)
  return directory === undefined ? undefined : resolvePath(path, directory)
}

function finding(step: Step, path: string, { line, path: made }: Made): RuleFinding {
  return {
    message: `${made === path ? path : `${made} (${path})`} was brought by line ${line} and stays in that layer`,
    range: step.instruction.range,
    hint: 'remove it in the RUN that makes it; instead of COPY and rm, use RUN --mount=type=bind or a stage of its own',
  }
}
