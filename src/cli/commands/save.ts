import { statSync } from 'node:fs'
import { type SaveFormat, save } from '../../api/index.ts'
import { argumentError, newCommand, parseArguments, usage } from '../arguments.ts'
import type { CliIo } from '../io.ts'
import { writeBytes } from '../write-bytes.ts'

interface SaveFlags {
  readonly output?: string
  readonly format: string
}

const FORMATS: readonly string[] = ['docker-archive', 'oci-archive'] satisfies SaveFormat[]

export async function saveCommand(argv: readonly string[], io: CliIo): Promise<number> {
  const command = newCommand('save', 'Write images to an archive', io)
    .usage('[OPTIONS] IMAGE [IMAGE...]')
    .argument('[image...]')
    .option('-o, --output <file>', 'File to write (default: standard output)')
    .option('--format <format>', FORMATS.join(' or '), 'docker-archive')
  const { options, args } = parseArguments<SaveFlags>(command, argv)
  if (args.length === 0) throw argumentError('"tare save" requires at least 1 argument')
  if (!FORMATS.includes(options.format))
    throw usage(`invalid --format ${JSON.stringify(options.format)}`, `Expected ${FORMATS.join(' or ')}.`)
  if (options.output === undefined && io.stdout.isTTY)
    throw argumentError('refusing to write an archive to a terminal', 'Use -o FILE or redirect the output.')
  const request = { env: io.env, images: args, format: options.format as SaveFormat, signal: io.interrupt.signal }
  if (isDirectory(options.output)) throw usage(`invalid output path: ${options.output} is a directory`)
  await save(request, options.output ?? (chunk => writeBytes(io.stdout, chunk)))
  return 0
}

function isDirectory(path: string | undefined): boolean {
  return path !== undefined && statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
}
