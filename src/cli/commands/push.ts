import { push } from '../../api/index.ts'
import { argumentError, newCommand, parseArguments } from '../arguments.ts'
import type { CliIo } from '../io.ts'
import { transferPrinter } from './transfers.ts'

export async function pushCommand(argv: readonly string[], io: CliIo): Promise<number> {
  const command = newCommand('push', 'Push an image to a registry', io)
    .usage('[OPTIONS] NAME[:TAG]')
    .argument('[name...]')
    .option('-q, --quiet', 'Only print the name')
  const { options, args } = parseArguments<{ readonly quiet?: boolean }>(command, argv)
  if (args.length !== 1) throw argumentError(`"tare push" requires exactly 1 argument, got ${args.length}`)
  const result = await push(args[0] as string, {
    env: io.env,
    onTransfer: transferPrinter(io, options.quiet),
    signal: io.interrupt.signal,
  })
  if (!options.quiet) io.stderr.write(`digest: ${result.digest}\n`)
  io.stdout.write(`${result.reference}\n`)
  return 0
}
