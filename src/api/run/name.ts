import { createHash } from 'node:crypto'
import { closeSync, mkdirSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { tryLock } from '../../host/index.ts'
import { apiError } from '../errors.ts'
import type { Workspace } from '../workspace.ts'

/** Keeps a container's name while it runs; the lock ends with the process, so a killed one frees its name. */
export function holdName(workspace: Workspace, name: string): Disposable {
  if (!/^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/.test(name))
    throw apiError('RUN_INVALID_OPTION', `invalid container name (${name}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed`)
  const directory = join(workspace.store.root, 'names')
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const fd = openSync(join(directory, createHash('sha256').update(name).digest('hex').slice(0, 32)), 'a', 0o600)
  if (tryLock(fd, 'exclusive')) return { [Symbol.dispose]: () => closeSync(fd) }
  closeSync(fd)
  throw apiError('RUN_NAME_IN_USE', `the container name "/${name}" is already in use`)
}
