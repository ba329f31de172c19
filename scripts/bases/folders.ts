import { homedir } from 'node:os'
import { join } from 'node:path'

/** The folders with the Dockerfiles of the bases. */
export const IMAGES = join(import.meta.dirname, 'images')

/** Everything of Tare's demo and tests that outlives a run: $XDG_CACHE_HOME/tare or ~/.cache/tare. */
export function cacheFolder(): string {
  return join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'tare')
}

/** Where made bases are kept: $TARE_BASES, else `bases` in the cache folder. */
export function basesFolder(): string {
  return process.env['TARE_BASES'] || join(cacheFolder(), 'bases')
}
