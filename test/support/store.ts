import { join } from 'node:path'
import type { CommandOptions, CommandResult } from '../../scripts/command.ts'
import { tare } from '../../scripts/tare.ts'
import { tempFolder } from './temp-folder.ts'

/** Tare's CLI on a store of its own. Nothing of the user's configuration is seen. */
export interface TestStore extends Disposable {
  readonly root: string
  readonly env: Readonly<Record<string, string>>
  /** Runs `tare ARGS` to its end; `env` is added to the store's. */
  tare(args: readonly string[], options?: CommandOptions): Promise<CommandResult>
}

/** Opens an empty store in a temporary folder; `env` adds to every command, for instance the bases' registries.conf. */
export function openTestStore(env: Readonly<Record<string, string>> = {}): TestStore {
  const folder = tempFolder()
  const own = {
    TARE_ROOT: join(folder.path, 'store'),
    HOME: join(folder.path, 'home'),
    DOCKER_CONFIG: join(folder.path, 'docker'),
    XDG_RUNTIME_DIR: join(folder.path, 'runtime'),
    NO_COLOR: '1',
    ...env,
  }
  return {
    root: own.TARE_ROOT,
    env: own,
    tare: (args, options) => tare(args, { ...options, env: { ...own, ...options?.env } }),
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  }
}
