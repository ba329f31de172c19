import { isTareError, TareError } from '../base/error.ts'
import { suggest } from '../base/suggest.ts'
import { systemErrorWords } from '../base/system-error.ts'
import { HelpShown } from './arguments.ts'
import { COMMANDS } from './command-table.ts'
import { adviceForVerb } from './docker-words.ts'
import { formatHelp } from './help.ts'
import { Interrupt, Interrupted } from './interrupt.ts'
import type { CliIo } from './io.ts'
import { renderError } from './print/index.ts'

/** Runs one command line; sets the exit code and lets the process end by itself. */
export async function main(argv: readonly string[]): Promise<void> {
  endOnLostOutput()
  const io: CliIo = {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    interrupt: new Interrupt(),
    commands: COMMANDS,
  }
  process.exitCode = await runVerb(argv, io)
  // Connections kept alive for a next request must not hold up the end.
  setTimeout(() => process.exit(), 1000).unref()
}

/** Runs the verb and gives the exit code; what it throws is rendered here and nowhere else. */
export async function runVerb(argv: readonly string[], io: CliIo): Promise<number> {
  const [verb, ...rest] = argv
  try {
    if (verb === undefined || verb === '--help' || verb === '-h' || (verb === 'help' && rest.length === 0)) {
      io.stdout.write(formatHelp(COMMANDS))
      return 0
    }
    if (verb === 'help') return await runVerb([...rest, '--help'], io)
    if (verb === '--version' || verb === '-v') return await runVerb(['version', ...rest], io)
    const entry = Object.hasOwn(COMMANDS, verb) ? COMMANDS[verb] : undefined
    if (!entry) throw unknownVerb(verb)
    return await (await entry.load())(rest, io)
  } catch (error) {
    return await exitCodeFor(rootOf(error), verb ?? '', argv, io)
  }
}

async function exitCodeFor(error: unknown, verb: string, argv: readonly string[], io: CliIo): Promise<number> {
  if (error instanceof HelpShown) return 0
  const reason = io.interrupt.signal.aborted ? io.interrupt.signal.reason : error
  if (reason instanceof Interrupted) {
    io.stderr.write(`ERROR: ${reason.message}\n`)
    return reason.exitCode
  }
  const { explainError } = await import('../api/index.ts')
  const explained = explainError(error, { env: io.env })
  // What follows `run IMAGE` belongs to the program.
  const json = verb !== 'run' && argv.includes('--json')
  io.stderr.write(renderError(explained, { json, solving: verb === 'build' && isBuildFault(explained) }))
  if (isTareError(error) && (error.code === 'CLI_USAGE' || (error.code === 'CLI_NOT_SUPPORTED' && verb in COMMANDS)))
    return 125
  if (verb !== 'run' || (isTareError(error) && error.code === 'CLI_ARGUMENTS')) return 1
  const exitCode = isTareError(error) ? error.facts['exitCode'] : undefined
  return typeof exitCode === 'number' ? exitCode : 125
}

/** What went wrong first: an error while cleaning up after it is not what the user has to know. */
function rootOf(error: unknown): unknown {
  return error instanceof SuppressedError ? rootOf(error.suppressed) : error
}

function isBuildFault(error: unknown): boolean {
  return isTareError(error) && !error.code.startsWith('CLI_') && !error.code.startsWith('BUILD_INVALID')
}

function unknownVerb(verb: string): TareError {
  const advice = adviceForVerb(verb)
  if (advice !== undefined) return new TareError('CLI_NOT_SUPPORTED', `tare has no '${verb}'`, { hint: advice })
  const near = suggest(verb, Object.keys(COMMANDS))
  const hint = near === undefined ? "See 'tare --help'." : `Did you mean ${near}? See 'tare --help'.`
  return new TareError('CLI_UNKNOWN_VERB', `'${verb}' is not a tare command`, { hint })
}

/** As SIGPIPE would have it. */
const CLOSED_PIPE = 141

/** `tare images | head` ends without a complaint, a full disk behind standard output with one. */
function endOnLostOutput(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exit(CLOSED_PIPE)
      const why = systemErrorWords(error) ?? error.message
      if (stream === process.stdout) process.stderr.write(`ERROR: writing to standard output: ${why}\n`)
      process.exit(1)
    })
  }
}
