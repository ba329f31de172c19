import { removeImages } from '../../api/index.ts'
import { isTareError } from '../../base/error.ts'
import { argumentError, newCommand, parseArguments } from '../arguments.ts'
import type { CliIo } from '../io.ts'
import { renderError } from '../print/index.ts'

export async function rmiCommand(argv: readonly string[], io: CliIo): Promise<number> {
  const command = newCommand('rmi', 'Remove images', io)
    .usage('[OPTIONS] IMAGE [IMAGE...]')
    .argument('[image...]')
    .option('-f, --force', 'Remove an image with all its names; an image that is not there is no failure')
  const { options, args } = parseArguments<{ readonly force?: boolean }>(command, argv)
  if (args.length === 0) throw argumentError('"tare rmi" requires at least 1 argument')
  const { removals, errors } = await removeImages(args, { env: io.env, force: options.force })
  for (const removal of removals)
    io.stdout.write(
      removal.kind === 'untagged' ? `Untagged: ${shortName(removal.name)}\n` : `Deleted: ${removal.digest}\n`,
    )
  for (const error of errors) io.stderr.write(renderError(error))
  const gone = (error: unknown): boolean => isTareError(error) && error.code === 'IMAGE_NOT_FOUND'
  return errors.every(error => options.force && gone(error)) ? 0 : 1
}

/** As users write it: docker.io and library/ left out. */
function shortName(name: string): string {
  return name.replace(/^docker\.io\/(library\/)?/, '')
}
