import { once } from 'node:events'
import { createWriteStream, realpathSync, renameSync, rmSync, statSync } from 'node:fs'
import type { Writable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { type SaveFormat, save } from '../../api/index.ts'
import { argumentError, newCommand, parseArguments, usage } from '../arguments.ts'
import type { CliIo } from '../io.ts'

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
  if (options.output === undefined) await save(request, chunk => write(io.stdout, chunk))
  else await saveToFile(request, options.output)
  return 0
}

/** The file appears whole or not at all. A device or a pipe stays what it is, and a link leads to the file. */
async function saveToFile(request: Parameters<typeof save>[0], output: string): Promise<void> {
  const kind = statSync(output, { throwIfNoEntry: false })
  if (kind?.isDirectory()) throw usage(`invalid output path: ${output} is a directory`)
  if (kind && !kind.isFile()) return await saveInto(request, createWriteStream(output, { flags: 'r+' }))
  const path = kind ? realpathSync(output) : output
  const temporary = `${path}.${process.pid}.part`
  const file = createWriteStream(temporary, { flags: 'wx' })
  try {
    await saveInto(request, file)
    renameSync(temporary, path)
  } catch (error) {
    file.destroy()
    rmSync(temporary, { force: true })
    throw error
  }
}

async function saveInto(request: Parameters<typeof save>[0], file: Writable): Promise<void> {
  // Whoever writes next throws it.
  file.on('error', () => undefined)
  await save(request, chunk => write(file, chunk))
  file.end()
  await finished(file)
}

async function write(stream: Writable, chunk: Uint8Array): Promise<void> {
  if (stream.errored) throw stream.errored
  if (!stream.write(chunk)) await once(stream, 'drain')
}
