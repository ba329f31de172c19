import { TARE_VERSION } from '../../api/index.ts'
import { newCommand, parseArguments } from '../arguments.ts'
import type { CliIo } from '../io.ts'

export async function versionCommand(argv: readonly string[], io: CliIo): Promise<number> {
  const command = newCommand('version', 'Show the version', io).option('--json', 'Print it as JSON')
  const { options } = parseArguments<{ readonly json?: boolean }>(command, argv)
  const facts = { version: TARE_VERSION, node: process.version, platform: `${process.platform}/${process.arch}` }
  io.stdout.write(
    options.json
      ? `${JSON.stringify(facts)}\n`
      : `tare version ${facts.version} (node ${facts.node}, ${facts.platform})\n`,
  )
  return 0
}
