import type { Interrupt } from './interrupt.ts'

export interface CommandEntry {
  readonly summary: string
  readonly load: () => Promise<CommandRunner>
}

/** What a command works with; handed in, so that nothing below main reaches for the process. */
export interface CliIo {
  readonly stdin: NodeJS.ReadStream
  readonly stdout: NodeJS.WriteStream
  readonly stderr: NodeJS.WriteStream
  readonly env: Readonly<Record<string, string | undefined>>
  readonly interrupt: Interrupt
  /** All verbs, for those that stand for others. */
  readonly commands: Readonly<Record<string, CommandEntry>>
}

/** Runs a verb with its arguments and gives the exit code. Throws what `main` renders. */
export type CommandRunner = (argv: readonly string[], io: CliIo) => Promise<number>
