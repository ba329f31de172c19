import { imageHistory } from '../../api/index.ts'
import { formatHistory } from '../../report/index.ts'
import { argumentError, newCommand, parseArguments } from '../arguments.ts'
import type { CliIo } from '../io.ts'

interface HistoryFlags {
  readonly format?: string
  readonly human?: string | boolean
  readonly trunc: boolean
  readonly quiet?: boolean
}

export async function historyCommand(argv: readonly string[], io: CliIo): Promise<number> {
  const command = newCommand('history', 'Show the history of an image', io)
    .usage('[OPTIONS] IMAGE')
    .argument('[image...]')
    .option('--format <format>', "'json', 'table', 'table TEMPLATE' or a Go template")
    .option('-H, --human [bool]', 'Sizes and times for people (default true)')
    .option('--no-trunc', 'Do not shorten the output')
    .option('-q, --quiet', 'Only show image IDs')
  const { options, args } = parseArguments<HistoryFlags>(command, argv)
  if (args.length !== 1) throw argumentError(`"tare history" requires exactly 1 argument, got ${args.length}`)
  const rows = await imageHistory(args[0] as string, { env: io.env })
  io.stdout.write(
    formatHistory(rows, {
      now: Date.now(),
      noTrunc: !options.trunc,
      quiet: options.quiet,
      human: options.human !== 'false',
      format: options.format,
    }),
  )
  return 0
}
