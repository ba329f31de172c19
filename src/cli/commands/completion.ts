import { newCommand, parseArguments, usage } from '../arguments.ts'
import { bashCompletion, fishCompletion, zshCompletion } from '../completion-scripts.ts'
import type { CliIo } from '../io.ts'
import { wordsOf } from '../words-of.ts'

const SHELLS = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion } as const

export async function completionCommand(argv: readonly string[], io: CliIo): Promise<number> {
  const command = newCommand('completion', 'Print a completion script', io)
    .usage('bash|zsh|fish')
    .argument('[shell...]')
  const { args } = parseArguments(command, argv)
  const [shell] = args
  if (shell === undefined || !Object.hasOwn(SHELLS, shell))
    throw usage('expected a shell: bash, zsh or fish', 'For bash: source <(tare completion bash)')
  const verbs = await Promise.all(
    Object.entries(io.commands).map(async ([name, { summary, load }]) => ({
      name,
      summary,
      ...(await wordsOf(await load(), io)),
    })),
  )
  io.stdout.write(SHELLS[shell as keyof typeof SHELLS](verbs))
  return 0
}
