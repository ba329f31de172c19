import { inspectImages } from '../../api/index.ts'
import { formatInspect } from '../../report/index.ts'
import { argumentError, newCommand, parseArguments } from '../arguments.ts'
import type { CliIo } from '../io.ts'

export async function inspectCommand(argv: readonly string[], io: CliIo): Promise<number> {
  const command = newCommand('inspect', 'Show images in detail, as JSON', io)
    .usage('[OPTIONS] IMAGE [IMAGE...]')
    .argument('[image...]')
    .option('-f, --format <format>', "'json' or a Go template: {{.Size}}, {{json .Config}}")
  const { options, args } = parseArguments<{ readonly format?: string }>(command, argv)
  if (args.length === 0) throw argumentError('"tare inspect" requires at least 1 argument')
  io.stdout.write(formatInspect(await inspectImages(args, { env: io.env }), options.format))
  return 0
}
