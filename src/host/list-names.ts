import { readdirSync } from 'node:fs'
import { errnoOf } from '../base/error.ts'

/** The names in a host directory; none when there is no such directory. Throws what the system says of any other fault. */
export function listNames(directory: string): string[] {
  try {
    return readdirSync(directory)
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return []
    throw error
  }
}
