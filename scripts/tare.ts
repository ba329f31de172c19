import { join } from 'node:path'
import { type CommandOptions, type CommandResult, runCommand, runOrThrow } from './command.ts'

export const CHECKOUT = join(import.meta.dirname, '..')

/** Tare's launcher: the checkout's, or $TARE_BIN to try another build of it. */
export function tareProgram(): string {
  return process.env['TARE_BIN'] || join(CHECKOUT, 'bin/tare')
}

/** Runs Tare to its end, whatever its exit code. */
export function tare(args: readonly string[], options?: CommandOptions): Promise<CommandResult> {
  return runCommand(tareProgram(), args, options)
}

/** Runs Tare and throws, with the end of what it printed, unless it succeeds. */
export function tareOrThrow(args: readonly string[], options?: CommandOptions): Promise<CommandResult> {
  return runOrThrow(tareProgram(), args, options)
}
