import type { CliIo } from '../io.ts'
import { imagePruneCommand } from './prune.ts'
import { runSubcommand } from './subcommands.ts'

const SUBCOMMANDS = {
  ls: 'images',
  list: 'images',
  inspect: 'inspect',
  history: 'history',
  tag: 'tag',
  rm: 'rmi',
  pull: 'pull',
  push: 'push',
  save: 'save',
  load: 'load',
  import: 'import',
  build: 'build',
  prune: imagePruneCommand,
} as const

export async function imageCommand(argv: readonly string[], io: CliIo): Promise<number> {
  return await runSubcommand('image', SUBCOMMANDS, argv, io)
}
