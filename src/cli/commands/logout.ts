import { logout } from '../../api/index.ts'
import { argumentError, newCommand, parseArguments } from '../arguments.ts'
import type { CliIo } from '../io.ts'

export async function logoutCommand(argv: readonly string[], io: CliIo): Promise<number> {
  const command = newCommand('logout', 'Log out from a registry', io).usage('[SERVER]').argument('[server...]')
  const { args } = parseArguments(command, argv)
  if (args.length > 1) throw argumentError(`"tare logout" takes at most 1 argument, got ${args.length}`)
  io.stdout.write(`${(await logout(args[0], io.env)).message}\n`)
  return 0
}
