import type { Command } from 'commander'
import { type BuildOptions, type BuiltImage, build } from '../../../api/index.ts'
import { argumentError, collect, newCommand, parseArguments, usage } from '../../arguments.ts'
import { type DisplayMode, openDisplay, terminalOf } from '../../display/index.ts'
import type { CliIo } from '../../io.ts'
import { parseKeyValues } from '../key-values.ts'
import { addCallFlags, type CallFlags, callOf, runCall } from './call.ts'
import { addInputFlags, type InputFlags, inputOptions } from './input-flags.ts'
import { addOutputFlags, type OutputFlags, outputOptions } from './output-flags.ts'
import { addStepFlags, type StepFlags, stepOptions } from './step-flags.ts'

interface BuildFlags extends InputFlags, StepFlags, OutputFlags, CallFlags {
  readonly buildArg?: string[]
  readonly target?: string
  readonly platform?: string
  readonly cache: boolean
  /** Of --no-cache-filter. */
  readonly cacheFilter: string[] | true
  readonly jobs?: string
  readonly progress: string
  readonly quiet?: boolean
  readonly json?: boolean
}

const MODES: readonly string[] = ['auto', 'plain', 'tty', 'quiet'] satisfies DisplayMode[]

export async function buildCommand(argv: readonly string[], io: CliIo): Promise<number> {
  const { options: flags, args } = parseArguments<BuildFlags>(buildFlags(io), argv)
  const mode = displayMode(flags)
  const options = buildOptions(flags, args, io)
  const call = callOf(flags)
  if (call.method !== 'build') return await runCall(call, options, io)
  const display = openDisplay({ mode, terminal: terminalOf(io.stderr, io.env) })
  const building = build(options)
  try {
    for await (const event of building) display.sink(event)
    const image = await building.result
    display.finish()
    if (mode === 'quiet' && !flags.json && printsId(image)) io.stdout.write(`${image.id}\n`)
    if (flags.json) io.stdout.write(`${JSON.stringify({ version: 1, image })}\n`)
    return 0
  } finally {
    display.finish()
  }
}

/** Not of an image that is nowhere, nor behind an archive on standard output. */
function printsId({ stored, outputs }: BuiltImage): boolean {
  if (outputs.some(output => output.dest === '-')) return false
  return stored || outputs.some(({ type }) => type === 'oci' || type === 'docker')
}

function buildFlags(io: CliIo): Command {
  const command = newCommand('build', 'Build an image from a Dockerfile', io)
    .usage('[OPTIONS] CONTEXT')
    .argument(
      '[context...]',
      'Directory, Git or HTTP address with the files to build from; - for an archive on standard input',
    )
  addInputFlags(command)
    .option('--build-arg <name=value>', 'Build argument; NAME alone takes the value from the environment', collect)
    .option('--target <stage>', 'Stage to build (default: the last)')
    .option('--platform <platform>', 'Platform of the image, linux/amd64 (default: this machine)')
    .option('--no-cache', 'Run every step again')
    .option('--no-cache-filter <stages>', 'Run the steps of these stages again; may be repeated', collectStages)
    .option('--jobs <n>', 'Steps at work at a time (default: number of cores)')
  addStepFlags(command)
  addCallFlags(command)
  return addOutputFlags(command)
    .option('--progress <mode>', 'auto, plain, tty or quiet', 'auto')
    .option('-q, --quiet', 'Print the image ID and nothing else')
    .option('--json', 'Print the result, or the error, as JSON')
}

function displayMode(flags: BuildFlags): DisplayMode {
  if (!MODES.includes(flags.progress))
    throw argumentError(`invalid --progress ${JSON.stringify(flags.progress)}`, `Expected one of ${MODES.join(', ')}.`)
  return flags.quiet ? 'quiet' : (flags.progress as DisplayMode)
}

function buildOptions(flags: BuildFlags, args: readonly string[], io: CliIo): BuildOptions {
  return {
    ...inputOptions(flags, args, io),
    ...stepOptions(flags, io),
    ...outputOptions(flags, io),
    buildArgs: parseKeyValues('--build-arg', flags.buildArg ?? [], io.env),
    target: flags.target,
    platform: flags.platform,
    noCache: !flags.cache,
    noCacheStages: flags.cacheFilter === true ? [] : flags.cacheFilter,
    jobs: flags.jobs === undefined ? undefined : parseJobs(flags.jobs),
    env: io.env,
    signal: io.interrupt.signal,
  }
}

/** Names between commas. A flag that begins with --no has true for a default. */
function collectStages(value: string, previous: readonly string[] | true): string[] {
  return [...(previous === true ? [] : previous), ...value.split(',').filter(name => name !== '')]
}

function parseJobs(text: string): number {
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text)
  throw usage(`invalid --jobs ${JSON.stringify(text)}`, 'Expected a whole number above 0.')
}
