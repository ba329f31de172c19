import { diskUsage } from '../../api/index.ts'
import { formatDiskUsage } from '../../report/index.ts'
import { newCommand, parseArguments } from '../arguments.ts'
import type { CliIo } from '../io.ts'
import { systemPruneCommand } from './prune.ts'
import { runSubcommand } from './subcommands.ts'

export async function systemCommand(argv: readonly string[], io: CliIo): Promise<number> {
  return await runSubcommand('system', { df: dfCommand, prune: systemPruneCommand, info: 'info' }, argv, io)
}

async function dfCommand(argv: readonly string[], io: CliIo): Promise<number> {
  const command = newCommand('system df', 'Show disk usage', io).option(
    '--format <format>',
    "'json', 'table', 'table TEMPLATE' or a Go template",
  )
  const { options } = parseArguments<{ readonly format?: string }>(command, argv)
  io.stdout.write(formatDiskUsage(await diskUsage({ env: io.env }), options.format))
  return 0
}
