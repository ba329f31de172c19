import { HelpShown } from './arguments.ts'
import type { CliIo, CommandRunner } from './io.ts'

/** The long flags a verb's own help lists, so that completion cannot differ from it. */
export async function flagsOf(runner: CommandRunner, io: CliIo): Promise<string[]> {
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
  return [...new Set(help.match(/--[a-z][a-z-]*/g) ?? [])]
}
