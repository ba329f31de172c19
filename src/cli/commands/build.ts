import { readFileSync, writeFileSync } from 'node:fs'
import { type BuildOptions, build } from '../../api/index.ts'
import { argumentError, collect, newCommand, parseArguments, usage } from '../arguments.ts'
import { type DisplayMode, openDisplay, terminalOf } from '../display/index.ts'
import type { CliIo } from '../io.ts'
import { parseKeyValues } from './key-values.ts'

interface BuildFlags {
  readonly file?: string
  readonly tag?: string[]
  readonly buildArg?: string[]
  readonly label?: string[]
  readonly target?: string
  readonly platform?: string
  readonly cache: boolean
  readonly pull?: boolean
  readonly push?: boolean
  readonly jobs?: string
  readonly network?: string
  readonly progress: string
  readonly quiet?: boolean
  readonly iidfile?: string
  readonly json?: boolean
}

const MODES: readonly string[] = ['auto', 'plain', 'tty', 'quiet'] satisfies DisplayMode[]
const NETWORKS: readonly string[] = ['default', 'host', 'none']

export async function buildCommand(argv: readonly string[], io: CliIo): Promise<number> {
  const { flags, context } = parse(argv, io)
  const mode = flags.quiet ? 'quiet' : (flags.progress as DisplayMode)
  const options = buildOptions(flags, context, io)
  const display = openDisplay({ mode, terminal: terminalOf(io.stderr, io.env) })
  const building = build(options)
  try {
    for await (const event of building) display.sink(event)
    const image = await building.result
    if (flags.iidfile !== undefined) writeFileSync(flags.iidfile, image.id)
    display.finish()
    if (mode === 'quiet' && !flags.json) io.stdout.write(`${image.id}\n`)
    if (flags.json) io.stdout.write(`${JSON.stringify({ version: 1, image })}\n`)
    return 0
  } finally {
    display.finish()
  }
}

function parse(argv: readonly string[], io: CliIo): { flags: BuildFlags; context: string } {
  const command = newCommand('build', 'Build an image from a Dockerfile', io)
    .usage('[OPTIONS] CONTEXT')
    .argument('[context...]', 'Directory with the files to build from')
    .option('-f, --file <file>', 'Dockerfile; - for standard input (default: CONTEXT/Dockerfile)')
    .option('-t, --tag <name>', 'Name and optionally tag of the image; may be repeated', collect)
    .option('--build-arg <name=value>', 'Build argument; NAME alone takes the value from the environment', collect)
    .option('--label <name=value>', 'Label of the image; may be repeated', collect)
    .option('--target <stage>', 'Stage to build (default: the last)')
    .option('--platform <platform>', 'Platform of the image, linux/amd64 (default: this machine)')
    .option('--no-cache', 'Run every step again')
    .option('--pull', 'Ask the registry for newer base images')
    .option('--push', 'Push the image under all its names')
    .option('--jobs <n>', 'Steps at work at a time (default: number of cores)')
    .option('--network <mode>', 'Network of RUN steps: default, host or none')
    .option('--progress <mode>', 'auto, plain, tty or quiet', 'auto')
    .option('-q, --quiet', 'Print the image ID and nothing else')
    .option('--iidfile <file>', 'Write the image ID to a file')
    .option('--json', 'Print the result, or the error, as JSON')
  const { options: flags, args } = parseArguments<BuildFlags>(command, argv)
  if (args.length !== 1)
    throw argumentError(
      `"tare build" requires exactly 1 argument, got ${args.length}`,
      'The argument is the build context, often a dot: tare build .',
    )
  if (!MODES.includes(flags.progress))
    throw argumentError(`invalid --progress ${JSON.stringify(flags.progress)}`, `Expected one of ${MODES.join(', ')}.`)
  if (flags.network !== undefined && !NETWORKS.includes(flags.network))
    throw usage(`invalid --network ${JSON.stringify(flags.network)}`, `Expected one of ${NETWORKS.join(', ')}.`)
  return { flags, context: args[0] as string }
}

function buildOptions(flags: BuildFlags, context: string, io: CliIo): BuildOptions {
  if (context === '-')
    throw usage('a build context from standard input is not supported yet', 'Unpack it into a directory and name that.')
  return {
    context,
    dockerfile: flags.file === '-' ? readFileSync(0) : flags.file,
    tags: flags.tag,
    buildArgs: parseKeyValues('--build-arg', flags.buildArg ?? [], io.env),
    labels: parseKeyValues('--label', flags.label ?? [], {}),
    target: flags.target,
    platform: flags.platform,
    noCache: !flags.cache,
    pull: flags.pull,
    push: flags.push,
    jobs: flags.jobs === undefined ? undefined : parseJobs(flags.jobs),
    network: flags.network as BuildOptions['network'],
    env: io.env,
    signal: io.interrupt.signal,
  }
}

function parseJobs(text: string): number {
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text)
  throw usage(`invalid --jobs ${JSON.stringify(text)}`, 'Expected a whole number above 0.')
}
