import { checkStore } from '../../api/index.ts'
import { newCommand, parseArguments } from '../arguments.ts'
import type { CliIo } from '../io.ts'

interface CheckFlags {
  readonly deep?: boolean
  readonly repair?: boolean
  readonly json?: boolean
}

/** Exit code 1 when something is wrong and was not repaired. */
export async function checkStoreCommand(argv: readonly string[], io: CliIo): Promise<number> {
  const command = newCommand('check-store', 'Verify everything that is stored', io)
    .option('--deep', 'Read every blob and make every layer again to compare digests')
    .option('--repair', 'Take away what is broken or left over')
    .option('--json', 'Print the findings as JSON')
  const { options } = parseArguments<CheckFlags>(command, argv)
  const findings = await checkStore({
    env: io.env,
    deep: options.deep,
    repair: options.repair,
    signal: io.interrupt.signal,
  })
  if (options.json) io.stdout.write(`${JSON.stringify({ version: 1, findings })}\n`)
  else {
    for (const { code, subject, message, repaired } of findings)
      io.stdout.write(`${repaired ? 'repaired' : 'found'} ${code} ${subject}: ${message}\n`)
    if (findings.length === 0) io.stdout.write('ok: nothing wrong\n')
  }
  return findings.every(finding => finding.repaired) ? 0 : 1
}
