import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { login } from '../../api/index.ts'
import { argumentError, newCommand, parseArguments, usage } from '../arguments.ts'
import type { CliIo } from '../io.ts'

interface LoginFlags {
  readonly username?: string
  readonly password?: string
  readonly passwordStdin?: boolean
}

export async function loginCommand(argv: readonly string[], io: CliIo): Promise<number> {
  const command = newCommand('login', 'Log in to a registry', io)
    .usage('[OPTIONS] [SERVER]')
    .argument('[server...]')
    .option('-u, --username <name>', 'User name')
    .option('-p, --password <password>', 'Password or token (seen by other users of this machine)')
    .option('--password-stdin', 'Take the password from standard input')
  const { options, args } = parseArguments<LoginFlags>(command, argv)
  if (args.length > 1) throw argumentError(`"tare login" takes at most 1 argument, got ${args.length}`)
  if (options.password !== undefined && options.passwordStdin)
    throw usage('--password and --password-stdin are mutually exclusive')
  if (options.passwordStdin && options.username === undefined)
    throw usage('the --password-stdin option requires --username')
  if (options.password !== undefined)
    io.stderr.write('WARNING! Using --password via the CLI is insecure. Use --password-stdin.\n')
  const username = options.username ?? (await ask(io, 'Username: '))
  const password =
    options.password ??
    (options.passwordStdin ? readFileSync(0, 'utf8').replace(/\r?\n$/, '') : await ask(io, 'Password: ', true))
  const result = await login({ server: args[0], username, password, env: io.env, signal: io.interrupt.signal })
  if (result.warning) io.stderr.write(`${result.warning}\n`)
  io.stdout.write(`${result.message}\n`)
  return 0
}

async function ask(io: CliIo, question: string, hidden = false): Promise<string> {
  if (!io.stdin.isTTY)
    throw usage('cannot ask for credentials: standard input is not a terminal', 'Use -u NAME and --password-stdin.')
  const mute = new Writable({ write: (_chunk, _encoding, done) => done() })
  io.stderr.write(question)
  const reader = createInterface({ input: io.stdin, output: hidden ? mute : io.stderr, terminal: true })
  try {
    return await reader.question('', { signal: io.interrupt.signal })
  } finally {
    reader.close()
    if (hidden) io.stderr.write('\n')
  }
}
