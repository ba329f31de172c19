import { reapCgroups } from './cgroups.ts'

/**
 * Removes what killed processes left of their runs. Processes, mounts and runtime state end with the process by
 * themselves; only the cgroups that runc makes can outlive it. What is alive stays.
 */
export async function reapRuntime(stateDir: string): Promise<void> {
  reapCgroups(stateDir)
}
