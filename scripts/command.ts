import { spawn } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { constants } from 'node:os'

export interface CommandOptions {
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly input?: string | Uint8Array
  readonly signal?: AbortSignal
  /** Writes standard output into this file instead of the result; the file must not exist. */
  readonly stdoutFile?: string
  /** Called with each piece of standard output and error as it comes. */
  readonly onOutput?: (text: string, stream: 'stdout' | 'stderr') => void
}

export interface CommandResult {
  /** The exit code; 128 + n after signal n, as in a shell. */
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs a program to its end, or until this process exits. Throws only when it cannot be started. */
export async function runCommand(
  program: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  const child = spawn(program, args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    signal: options.signal,
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  child.stdin.on('error', ignoreClosedPipe).end(options.input ?? '')
  const output = { stdout: '', stderr: '' }
  const collect = (stream: 'stdout' | 'stderr') => (text: string) => {
    output[stream] += text
    options.onOutput?.(text, stream)
  }
  child.stderr.setEncoding('utf8').on('data', collect('stderr'))
  if (options.stdoutFile === undefined) child.stdout.setEncoding('utf8').on('data', collect('stdout'))
  else child.stdout.pipe(createWriteStream(options.stdoutFile, { flags: 'wx' }))
  const end = () => child.kill()
  process.on('exit', end)
  const code = await new Promise<number>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (status, signal) => resolve(status ?? 128 + constants.signals[signal!]))
  }).finally(() => process.off('exit', end))
  return { code, ...output }
}

/** Runs a program and throws an error that shows its last output unless it ends with 0. */
export async function runOrThrow(
  program: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  const result = await runCommand(program, args, options)
  if (result.code === 0) return result
  const last = (result.stderr.trim() || result.stdout.trim()).split('\n').slice(-15).join('\n  ')
  throw new Error(`running ${program} ${args.slice(0, 4).join(' ')}: exit code ${result.code}\n  ${last}`)
}

/** A program that ends without reading its input closes the pipe; its exit code says what matters. */
function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error
}
