import { pull } from '../../api/index.ts'
import { argumentError, newCommand, parseArguments } from '../arguments.ts'
import type { CliIo } from '../io.ts'
import { transferPrinter } from './transfers.ts'

interface PullFlags {
  readonly platform?: string
  readonly quiet?: boolean
}

export async function pullCommand(argv: readonly string[], io: CliIo): Promise<number> {
  const command = newCommand('pull', 'Pull an image from a registry', io)
    .usage('[OPTIONS] NAME[:TAG|@DIGEST]')
    .argument('[name...]')
    .option('--platform <platform>', 'Platform to pull (default: this machine)')
    .option('-q, --quiet', 'Only print the name')
  const { options, args } = parseArguments<PullFlags>(command, argv)
  if (args.length !== 1) throw argumentError(`"tare pull" requires exactly 1 argument, got ${args.length}`)
  const pulled = await pull(args[0] as string, {
    env: io.env,
    platform: options.platform,
    onTransfer: transferPrinter(io, options.quiet),
    signal: io.interrupt.signal,
  })
  if (!options.quiet) {
    io.stderr.write(`Digest: ${pulled.digest}\n`)
    io.stderr.write(
      `Status: ${pulled.changed ? 'Downloaded newer image' : 'Image is up to date'} for ${pulled.reference}\n`,
    )
  }
  io.stdout.write(`${pulled.reference}\n`)
  return 0
}
