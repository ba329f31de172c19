import { load } from '../../api/index.ts'
import { argumentError, newCommand, parseArguments } from '../arguments.ts'
import type { CliIo } from '../io.ts'

interface LoadFlags {
  readonly input?: string
  readonly platform?: string
  readonly quiet?: boolean
}

export async function loadCommand(argv: readonly string[], io: CliIo): Promise<number> {
  const command = newCommand('load', 'Load images from a docker archive, OCI archive or OCI layout', io)
    .usage('[OPTIONS]')
    .option('-i, --input <file>', 'Archive or layout directory (default: standard input)')
    .option('--platform <platform>', 'Platform to take from an index (default: this machine)')
    .option('-q, --quiet', 'Print nothing but errors')
  const { options, args } = parseArguments<LoadFlags>(command, argv)
  if (args.length > 0) throw argumentError('"tare load" takes no arguments', 'Use -i FILE.')
  if (options.input === undefined && io.stdin.isTTY)
    throw argumentError('requested load from stdin, but stdin is a terminal', 'Use -i FILE or redirect the input.')
  const source =
    options.input === undefined || options.input === '-' ? (io.stdin as AsyncIterable<Uint8Array>) : options.input
  const loaded = await load({ env: io.env, source, platform: options.platform, signal: io.interrupt.signal })
  for (const { image, names } of loaded) {
    if (options.quiet) continue
    for (const name of names) io.stdout.write(`Loaded image: ${name.replace(/^docker\.io\/(library\/)?/, '')}\n`)
    if (names.length === 0) io.stdout.write(`Loaded image ID: ${image.id}\n`)
  }
  return 0
}
