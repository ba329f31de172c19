import { systemInfo } from '../../api/index.ts'
import { newCommand, parseArguments } from '../arguments.ts'
import type { CliIo } from '../io.ts'

export async function infoCommand(argv: readonly string[], io: CliIo): Promise<number> {
  const command = newCommand('info', 'Show what is in force here, and why', io).option('--json', 'Print it as JSON')
  const { options } = parseArguments<{ readonly json?: boolean }>(command, argv)
  const info = await systemInfo({ env: io.env })
  if (options.json) {
    io.stdout.write(`${JSON.stringify({ schema: 1, ...info })}\n`)
    return 0
  }
  const rows = [
    ['Version', info.version],
    ['Node', info.node],
    ['Store', info.root],
    ['Images', String(info.images)],
    ['Ids', info.ids],
    ['Snapshots', `${info.snapshotter}: ${info.snapshotterReason}`],
    ['Sandbox', info.sandbox ?? 'none'],
    ...info.sandboxes.map(probe => [
      `  ${probe.name}`,
      `${probe.usable ? 'works' : 'does not work'}, ${probe.seccomp ? 'seccomp' : 'no seccomp'}: ${probe.reason}`,
    ]),
  ]
  for (const [key, value] of rows) io.stdout.write(`${`${key}:`.padEnd(14)}${value}\n`)
  return 0
}
