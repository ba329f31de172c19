import { readFileSync } from 'node:fs'
import { run } from '../../api/index.ts'
import { argumentError, collect, newCommand, parseArguments, usage } from '../arguments.ts'
import type { CliIo } from '../io.ts'
import { readEnvFile } from './env-file.ts'
import { transferPrinter } from './transfers.ts'

interface RunFlags {
  readonly interactive?: boolean
  readonly tty?: boolean
  readonly rm?: boolean
  readonly env?: string[]
  readonly envFile?: string[]
  readonly volume?: string[]
  readonly workdir?: string
  readonly user?: string
  readonly entrypoint?: string
  readonly network?: string
  readonly name?: string
  readonly hostname?: string
  readonly quiet?: boolean
  readonly platform?: string
  readonly readOnly?: boolean
}

export async function runCommand(argv: readonly string[], io: CliIo): Promise<number> {
  const { options, args } = parse(argv, io)
  const [image, ...command] = args
  if (image === undefined)
    throw argumentError('"tare run" requires at least 1 argument', 'Name the image: tare run IMAGE [COMMAND].')
  if (options.network !== undefined && options.network !== 'host' && options.network !== 'none')
    throw usage(`invalid --network ${JSON.stringify(options.network)}`, 'Expected host or none.')
  if (options.tty && !(io.stdin.isTTY && io.stdout.isTTY))
    throw argumentError('the input device is not a TTY', 'Leave out -t, or start tare from a terminal.')
  const status = await run(
    {
      image,
      command,
      environment: environment(options, io),
      volumes: options.volume,
      workdir: options.workdir,
      user: options.user,
      entrypoint: options.entrypoint,
      network: options.network,
      name: options.name,
      hostname: options.hostname,
      platform: options.platform,
      terminal: options.tty,
      readOnly: options.readOnly,
      io: { stdin: options.interactive || options.tty ? 'inherit' : 'null', stdout: 'inherit', stderr: 'inherit' },
      onStart: process => io.interrupt.handTo(process),
      env: io.env,
      signal: io.interrupt.signal,
    },
    transferPrinter(io, options.quiet),
  )
  return status.code
}

function parse(argv: readonly string[], io: CliIo) {
  const command = newCommand('run', 'Run a command in a new container, which is removed when it ends', io)
    .usage('[OPTIONS] IMAGE [COMMAND] [ARG...]')
    .argument('[words...]')
    .option('-i, --interactive', 'Hand standard input on')
    .option('-t, --tty', 'The program gets this terminal (with its input, as -i)')
    .option('--rm', 'Accepted for docker users: containers are always removed')
    .option('-e, --env <name=value>', 'Environment variable; NAME alone takes the value from here', collect)
    .option('--env-file <file>', 'File of environment variables', collect)
    .option('-v, --volume <host:path>', 'Mount a host directory or file: /host:/path[:ro]', collect)
    .option('-w, --workdir <dir>', 'Working directory')
    .option('-u, --user <user>', 'User name or number, and group: NAME[:GROUP]')
    .option('--entrypoint <program>', "Instead of the image's ENTRYPOINT")
    .option('--network <mode>', 'host (default) or none')
    .option('--name <name>', 'Name of the container; no two of a name run at the same time')
    .option('-h, --hostname <name>', 'Host name in the container (default: a random one)')
    .option('--platform <platform>', 'Platform of the image (default: this machine)')
    .option('-q, --quiet', 'Say nothing while the image is pulled')
    .option('--read-only', 'The root file system cannot be written')
  return parseArguments<RunFlags>(command, argv, { passThrough: true })
}

function environment(options: RunFlags, io: CliIo): string[] {
  const files = (options.envFile ?? []).flatMap(path => readEnvFile(readFileSync(path, 'utf8'), path, io.env))
  const flags = (options.env ?? []).flatMap(word => {
    if (word.startsWith('=') || word === '') throw usage(`invalid environment variable: ${word}`)
    if (word.includes('=')) return [word]
    const value = io.env[word]
    return value === undefined ? [] : [`${word}=${value}`]
  })
  return [...files, ...flags]
}
