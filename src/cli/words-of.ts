import { HelpShown } from './arguments.ts'
import type { CliIo, CommandRunner } from './io.ts'

/** The long flags and the subcommands that a verb's own help lists, so that completion cannot differ from it. */
export async function wordsOf(
  runner: CommandRunner,
  io: CliIo,
): Promise<{ readonly flags: string[]; readonly subcommands: string[] }> {
  let help = ''
  const stdout = {
    write: (text: string) => {
      help += text
      return true
    },
  } as unknown as NodeJS.WriteStream
  try {
    await runner(['--help'], { ...io, stdout })
  } catch (error) {
    if (!(error instanceof HelpShown)) throw error
  }
  const subcommands = /^Commands: (.*)$/m.exec(help)?.[1]?.split(', ') ?? []
  return { flags: [...new Set(help.match(/--[a-z][a-z-]*/g) ?? [])], subcommands }
}
