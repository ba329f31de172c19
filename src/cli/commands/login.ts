import { readFileSync } from 'node:fs'
import { login } from '../../api/index.ts'
import { argumentError, newCommand, parseArguments, usage } from '../arguments.ts'
import { ask } from '../ask.ts'
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
  const username = options.username ?? (await required(io, 'Username: '))
  const password =
    options.password ??
    (options.passwordStdin
      ? readFileSync(0, 'utf8').replace(/\r?\n$/, '')
      : await required(io, 'Password: ', { hidden: true }))
  const result = await login({ server: args[0], username, password, env: io.env, signal: io.interrupt.signal })
  if (result.warning) io.stderr.write(`${result.warning}\n`)
  io.stdout.write(`${result.message}\n`)
  return 0
}

async function required(io: CliIo, question: string, options?: { readonly hidden: boolean }): Promise<string> {
  if (!io.stdin.isTTY)
    throw argumentError(
      'cannot ask for credentials: standard input is not a terminal',
      'Use -u NAME and --password-stdin.',
    )
  const answer = await ask(io, question, options)
  if (!answer) throw argumentError(`no answer to ${question.trim().replace(':', '').toLowerCase()}`)
  return answer
}
