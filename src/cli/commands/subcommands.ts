import { TareError } from '../../base/error.ts'
import { suggest } from '../../base/suggest.ts'
import type { CliIo } from '../io.ts'

/** A verb of verbs (`tare image ls`): `names` maps each to the top-level verb that does it, or to a runner. */
export async function runSubcommand(
  group: string,
  subcommands: Readonly<Record<string, string | ((argv: readonly string[], io: CliIo) => Promise<number>)>>,
  argv: readonly string[],
  io: CliIo,
): Promise<number> {
  const [name, ...rest] = argv
  if (name === undefined || name === '--help' || name === '-h') {
    io.stdout.write(`Usage: tare ${group} COMMAND\n\nCommands: ${Object.keys(subcommands).join(', ')}\n`)
    return 0
  }
  const target = Object.hasOwn(subcommands, name) ? subcommands[name] : undefined
  if (typeof target === 'function') return await target(rest, io)
  const entry = target === undefined ? undefined : io.commands[target]
  if (entry) return await (await entry.load())(rest, io)
  const near = suggest(name, Object.keys(subcommands))
  throw new TareError('CLI_UNKNOWN_VERB', `'${group} ${name}' is not a tare command`, {
    hint: near === undefined ? `See 'tare ${group} --help'.` : `Did you mean 'tare ${group} ${near}'?`,
  })
}
