import type { CommandOptions, CommandResult } from '../../scripts/command.ts'
import { type ContextEntry, writeContext } from './context.ts'
import type { TestStore } from './store.ts'
import { tempFolder } from './temp-folder.ts'

/** Builds a context written from a table, `Dockerfile` among it, with plain progress. */
export async function buildContext(
  store: TestStore,
  files: Readonly<Record<string, ContextEntry>>,
  flags: readonly string[] = [],
  options: CommandOptions = {},
): Promise<CommandResult> {
  using folder = tempFolder()
  writeContext(folder.path, files)
  return await store.tare(['build', '--progress', 'plain', ...flags, folder.path], options)
}
