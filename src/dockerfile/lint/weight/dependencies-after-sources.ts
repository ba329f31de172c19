import type { LintInput, RuleFinding } from '../rule.ts'
import { isWholeContext } from './paths.ts'
import type { RunCommand } from './run-commands.ts'
import { isCopyStep, isRunStep, type Step } from './stage-steps.ts'
import { type StageView, stagesOf } from './stages.ts'
import { weightRule } from './weight-rule.ts'

export const dependenciesAfterSources = weightRule(
  'DependenciesAfterSources',
  'Dependencies should be installed before the sources are copied, so that a changed source leaves them in the cache',
  check,
)

/** A way to install what a file lists. */
interface Installer {
  readonly files: string
  asks(command: RunCommand): boolean
}

const INSTALLERS: readonly Installer[] = [
  {
    files: 'package.json package-lock.json',
    asks: ({ name, args }) => name === 'npm' && onlyVerb(args, ['ci', 'install', 'i', 'clean-install']),
  },
  {
    files: 'package.json yarn.lock',
    asks: ({ name, args }) => name === 'yarn' && (onlyVerb(args, ['install']) || args.every(isFlag)),
  },
  {
    files: 'package.json pnpm-lock.yaml',
    asks: ({ name, args }) => name === 'pnpm' && onlyVerb(args, ['install', 'i', 'fetch']),
  },
  { files: 'package.json bun.lock', asks: ({ name, args }) => name === 'bun' && onlyVerb(args, ['install', 'i']) },
  { files: 'requirements.txt', asks: ({ name, args }) => isPip(name, args) && requirements(args) !== undefined },
  {
    files: 'pyproject.toml poetry.lock',
    asks: ({ name, args }) => name === 'poetry' && has(args, 'install') && has(args, '--no-root'),
  },
  { files: 'Pipfile Pipfile.lock', asks: ({ name, args }) => name === 'pipenv' && has(args, 'install', 'sync') },
  {
    files: 'pyproject.toml uv.lock',
    asks: ({ name, args }) => name === 'uv' && has(args, 'sync') && has(args, '--no-install-project'),
  },
  {
    files: 'go.mod go.sum',
    asks: ({ name, args }) => name === 'go' && args[0]?.value === 'mod' && args[1]?.value === 'download',
  },
  { files: 'Cargo.toml Cargo.lock', asks: ({ name, args }) => name === 'cargo' && args[0]?.value === 'fetch' },
  {
    files: 'Gemfile Gemfile.lock',
    asks: ({ name, args }) => name === 'bundle' && (has(args, 'install') || args.every(isFlag)),
  },
  {
    files: 'composer.json composer.lock',
    asks: ({ name, args }) => /^composer(?:\.phar)?$/.test(name) && has(args, 'install'),
  },
  {
    files: 'pom.xml',
    asks: ({ name, args }) =>
      /^mvnw?$/.test(name) && args.some(word => /^dependency:(?:go-offline|resolve)/.test(word.value)),
  },
  { files: 'mix.exs mix.lock', asks: ({ name, args }) => name === 'mix' && has(args, 'deps.get') },
  { files: '*.csproj', asks: ({ name, args }) => name === 'dotnet' && args[0]?.value === 'restore' },
]

function isFlag({ value }: { readonly value: string }): boolean {
  return value.startsWith('-')
}

function has(args: RunCommand['args'], ...verbs: readonly string[]): boolean {
  return args.some(word => verbs.includes(word.value))
}

/** The verb and nothing but flags: packages named on the command line are no list in a file. */
function onlyVerb(args: RunCommand['args'], verbs: readonly string[]): boolean {
  const words = args.filter(word => !isFlag(word))
  return words.length === 1 && verbs.includes(words[0]?.value ?? '') && !has(args, '-g', '--global')
}

function isPip(name: string, args: RunCommand['args']): boolean {
  return (
    /^pip[\d.]*$/.test(name) || (/^python[\d.]*$/.test(name) && has(args, 'pip')) || (name === 'uv' && has(args, 'pip'))
  )
}

/** The file behind `-r`; undefined where sources are installed as well. */
function requirements(args: RunCommand['args']): string | undefined {
  const values = args.map(word => word.value)
  if (values.some(value => value === '-e' || value === '--editable' || value === '.' || value.startsWith('.[')))
    return undefined
  const at = values.findIndex(value => value === '-r' || value === '--requirement')
  if (at >= 0) return values[at + 1]
  return values
    .find(value => value.startsWith('-r') || value.startsWith('--requirement='))
    ?.replace(/^(?:-r|--requirement=)/, '')
}

function* check(input: LintInput): Generator<RuleFinding> {
  const { all, reached } = stagesOf(input)
  const installed = new Map<StageView, Set<Installer>>()
  for (const view of all) {
    const earlier = new Set(view.parent && installed.get(view.parent))
    installed.set(view, earlier)
    const findings = [...ofStage(view, earlier)]
    if (reached.has(view)) yield* findings
  }
}

/** Installations behind a COPY of everything, unless the same was done before; adds to what was installed `earlier`. */
function* ofStage(view: StageView, earlier: Set<Installer>): Generator<RuleFinding> {
  let sources: Step | undefined
  for (const step of view.steps) {
    if (copiesEverything(step)) sources ??= step
    for (const { installer, command } of installations(step)) {
      if (sources && !earlier.has(installer)) yield finding(sources, step, installer, command)
      earlier.add(installer)
    }
  }
}

function copiesEverything(step: Step): boolean {
  return isCopyStep(step) && step.instruction.from === undefined && step.instruction.sources.some(isWholeContext)
}

function installations(step: Step): { readonly installer: Installer; readonly command: RunCommand }[] {
  // What a cache mount keeps need not be downloaded again.
  if (!isRunStep(step) || step.mounts.some(({ type }) => type === 'cache')) return []
  return step.commands.flatMap(command => {
    const installer = INSTALLERS.find(each => each.asks(command))
    return installer ? [{ installer, command }] : []
  })
}

function finding(sources: Step, step: Step, installer: Installer, command: RunCommand): RuleFinding {
  const words = [command.name, ...command.args.slice(0, 3).map(word => word.value)].join(' ')
  const files =
    installer.files === 'requirements.txt' ? (requirements(command.args) ?? installer.files) : installer.files
  return {
    message: `Every change of any file has \`${words}\` on line ${step.instruction.range.startLine} run again`,
    range: sources.instruction.range,
    hint: `before this line, COPY ${files} ./ and install; then copy the rest`,
  }
}
