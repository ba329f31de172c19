import { tagImage } from '../../api/index.ts'
import { argumentError, newCommand, parseArguments } from '../arguments.ts'
import type { CliIo } from '../io.ts'

export async function tagCommand(argv: readonly string[], io: CliIo): Promise<number> {
  const command = newCommand('tag', 'Give an image another name', io).usage('IMAGE NAME[:TAG]').argument('[words...]')
  const { args } = parseArguments(command, argv)
  if (args.length !== 2) throw argumentError(`"tare tag" requires exactly 2 arguments, got ${args.length}`)
  await tagImage(args[0] as string, args[1] as string, { env: io.env })
  return 0
}
