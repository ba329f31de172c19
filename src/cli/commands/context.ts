import { type ContextUse, contextUse } from '../../api/index.ts'
import { formatContextFiles, formatContextUse, formatProposedIgnore } from '../../report/index.ts'
import { collect, newCommand, parseArguments, usage } from '../arguments.ts'
import type { CliIo } from '../io.ts'
import { parseKeyValues } from './key-values.ts'
import { runSubcommand } from './subcommands.ts'

export async function contextCommand(argv: readonly string[], io: CliIo): Promise<number> {
  return await runSubcommand('context', { ls: listCommand }, argv, io)
}

interface ListFlags {
  readonly file?: string
  readonly target?: string
  readonly platform?: string
  readonly buildArg?: string[]
  readonly all?: boolean
  readonly propose?: boolean
  readonly json?: boolean
}

async function listCommand(argv: readonly string[], io: CliIo): Promise<number> {
  const command = newCommand('context ls', 'Show which files of a build context go where, and why', io)
    .usage('[OPTIONS] [CONTEXT [PATH...]]')
    .argument('[words...]', 'The build context (default: .), and files or directories in it to show one by one')
    .option('-f, --file <file>', 'Dockerfile (default: CONTEXT/Dockerfile)')
    .option('--target <stage>', 'Stage to build (default: the last)')
    .option('--build-arg <name=value>', 'Build argument; NAME alone takes the value from the environment', collect)
    .option('--platform <platform>', 'Platform of the image (default: this machine)')
    .option('-a, --all', 'Show every file')
    .option('--propose', 'Print nothing but lines to add to .dockerignore')
    .option('--json', 'Print everything as JSON')
  const { options: flags, args } = parseArguments<ListFlags>(command, argv)
  if ([flags.all, flags.propose, flags.json].filter(Boolean).length > 1)
    throw usage('--all, --propose and --json exclude each other')
  const [context = '.', ...paths] = args
  const use = await contextUse({
    context,
    paths,
    dockerfile: flags.file,
    target: flags.target,
    platform: flags.platform,
    buildArgs: parseKeyValues('--build-arg', flags.buildArg ?? [], io.env),
    env: io.env,
    signal: io.interrupt.signal,
  })
  io.stdout.write(render(use, flags, paths.length > 0))
  return 0
}

function render(use: ContextUse, flags: ListFlags, paths: boolean): string {
  if (flags.json) return `${JSON.stringify(use)}\n`
  if (flags.propose) return formatProposedIgnore(use.proposal)
  return flags.all || paths ? formatContextFiles(use) : formatContextUse(use)
}
