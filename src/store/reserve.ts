import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { systemErrorName } from '../host/index.ts'
import type { StorePaths } from './paths.ts'

/** Room for some 250 pages of the database's journal. */
const RESERVE_BYTES = 1024 * 1024

/**
 * Removing things takes writing to the database first, which a full disk does not allow. So that `prune` still works there, the
 * store keeps a file that can be given up.
 */
export function keepReserve(paths: StorePaths): void {
  const path = reservePath(paths)
  if (existsSync(path)) return
  try {
    writeFileSync(path, Buffer.alloc(RESERVE_BYTES, 'r'), { mode: 0o600 })
  } catch (error) {
    giveUpReserve(paths)
    const errno = systemErrorName(error)
    // A disk that has no room for it now may have some the next time.
    if (errno !== 'ENOSPC' && errno !== 'EDQUOT') throw error
  }
}

export function giveUpReserve(paths: StorePaths): void {
  rmSync(reservePath(paths), { force: true })
}

function reservePath(paths: StorePaths): string {
  return join(paths.root, 'reserve')
}
