import { existsSync } from 'node:fs'
import { importImage } from '../../api/index.ts'
import { argumentError, collect, newCommand, parseArguments, usage } from '../arguments.ts'
import type { CliIo } from '../io.ts'

interface ImportFlags {
  readonly change?: string[]
  readonly message?: string
  readonly platform?: string
}

export async function importCommand(argv: readonly string[], io: CliIo): Promise<number> {
  const command = newCommand('import', 'Make an image from a root file system archive', io)
    .usage('[OPTIONS] FILE|- [NAME[:TAG]]')
    .argument('[words...]')
    .option('-c, --change <instruction>', 'Dockerfile instruction for the config; may be repeated', collect)
    .option('-m, --message <text>', 'Comment for the history')
    .option('--platform <platform>', 'Platform of the files (default: this machine)')
  const { options, args } = parseArguments<ImportFlags>(command, argv)
  const [file, name] = args
  if (file === undefined || args.length > 2)
    throw argumentError(`"tare import" requires 1 or 2 arguments, got ${args.length}`)
  if (/^https?:\/\//.test(file))
    throw usage('importing from a URL is not supported', 'Download it, then import the file.')
  if (file !== '-' && !existsSync(file)) throw argumentError(`open ${file}: no such file or directory`)
  const image = await importImage({
    env: io.env,
    source: file === '-' ? (io.stdin as AsyncIterable<Uint8Array>) : file,
    name,
    platform: options.platform,
    message: options.message,
    changes: options.change,
    signal: io.interrupt.signal,
  })
  io.stdout.write(`${image.id}\n`)
  return 0
}
