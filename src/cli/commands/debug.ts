import { readFileSync } from 'node:fs'
import { dockerfileTree } from '../../api/index.ts'
import { argumentError, newCommand, parseArguments } from '../arguments.ts'
import type { CliIo } from '../io.ts'
import { runSubcommand } from './subcommands.ts'

export async function debugCommand(argv: readonly string[], io: CliIo): Promise<number> {
  return await runSubcommand('debug', { ast: astCommand }, argv, io)
}

async function astCommand(argv: readonly string[], io: CliIo): Promise<number> {
  const command = newCommand('debug ast', 'Print the tree of a Dockerfile, an instruction on a line', io)
    .usage('[OPTIONS] FILE')
    .argument('[file...]', 'A Dockerfile, or a directory with one; - for standard input')
    .option('--json', 'Print it as JSON, with the place of every word')
  const { options, args } = parseArguments<{ readonly json?: boolean }>(command, argv)
  const [file, ...more] = args
  if (file === undefined || more.length > 0)
    throw argumentError(`"tare debug ast" requires exactly 1 argument, got ${args.length}`)
  const tree = dockerfileTree(file === '-' ? readFileSync(0) : file)
  io.stdout.write(options.json ? `${JSON.stringify(tree.json, undefined, 2)}\n` : tree.text)
  return 0
}
