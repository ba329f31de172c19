import { lstatSync, rmSync } from 'node:fs'
import { listNames } from '../host/index.ts'
import { reapCgroups } from './cgroups.ts'

/** Files that exist for an instant only: in the making of the device template, of a probe's memory, of a filter. */
const PASSING = /^(?:filter|devices)-[0-9a-f]+$|^probe-.*\.json\.\d+$/
const HOUR_MS = 3_600_000

/**
 * Removes what killed processes left of their runs. Processes, mounts and runtime state end with the process by
 * themselves; only the cgroups that runc makes can outlive it, and what was being prepared. What is alive stays.
 */
export async function reapRuntime(stateDir: string): Promise<void> {
  reapCgroups(stateDir)
  for (const name of listNames(stateDir)) {
    const path = `${stateDir}/${name}`
    if (PASSING.test(name) && isOld(path)) rmSync(path, { recursive: true, force: true })
  }
}

function isOld(path: string): boolean {
  const stats = lstatSync(path, { throwIfNoEntry: false })
  return stats !== undefined && Date.now() - stats.ctimeMs > HOUR_MS
}
