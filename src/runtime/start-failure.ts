import { TareError } from '../base/error.ts'
import type { RuntimeErrorCode } from './error.ts'
import type { ExecSpec } from './sandbox.ts'

/** Exit codes of `docker run` for a program that cannot be started. */
const NOT_FOUND = 127
const NOT_EXECUTABLE = 126

/**
 * The error for a runtime's log (JSON lines). Runtimes tell the cause only as text that ends in strerror(3); that the
 * log holds anything at all, not what it says, is what makes a run a failed start.
 */
export function startFailure(log: string, spec: Pick<ExecSpec, 'args'>): TareError<RuntimeErrorCode> {
  const message = lastError(log)
  const program = spec.args[0] ?? ''
  const quoted = JSON.stringify(program)
  if (/not found in \$PATH/.test(message)) return notFound(program)
  if (!namesProgram(message, program))
    return new TareError<RuntimeErrorCode>('SANDBOX_FAILED', `starting the sandbox: ${message}`)
  if (/no such file or directory$/i.test(message)) return notFound(program)
  if (/(?:permission denied|operation not permitted)$/i.test(message))
    return cannotStart(`exec: ${quoted}: permission denied`, NOT_EXECUTABLE)
  if (/exec format error$/i.test(message)) return cannotStart(`exec ${program}: exec format error`, NOT_EXECUTABLE)
  return new TareError<RuntimeErrorCode>('SANDBOX_FAILED', `starting the sandbox: ${message}`)
}

function notFound(program: string): TareError<RuntimeErrorCode> {
  const cause = program.includes('/')
    ? `stat ${program}: no such file or directory`
    : 'executable file not found in $PATH'
  return cannotStart(`exec: ${JSON.stringify(program)}: ${cause}`, NOT_FOUND)
}

function cannotStart(message: string, exitCode: number): TareError<RuntimeErrorCode> {
  return new TareError<RuntimeErrorCode>('SANDBOX_COMMAND_NOT_FOUND', message, { facts: { exitCode } })
}

function lastError(log: string): string {
  const lines = log.split('\n').filter(Boolean)
  const messages = lines.map(line => {
    try {
      return String((JSON.parse(line) as { msg?: unknown }).msg)
    } catch {
      return line
    }
  })
  return messages.join('; ').trim()
}

function namesProgram(message: string, program: string): boolean {
  return /\bexec\b|execv|executable/i.test(message) || message.includes(program)
}
