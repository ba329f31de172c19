import { type Dirent, lstatSync, readdirSync, rmdirSync, unlinkSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import { errnoOf } from '../../base/error.ts'

/** How long the event loop may stand still at a time. */
const SLICE_MS = 8

/** What a small directory takes. */
const DIRECTORY_BYTES = 4096

/** Work on a tree in slices between which other tasks run. */
class Slices {
  #since = performance.now()

  async rest(): Promise<void> {
    if (performance.now() - this.#since < SLICE_MS) return
    await setImmediate()
    this.#since = performance.now()
  }
}

/**
 * Removes a directory with all that is in it; what is not there any more is fine. Names are bytes, symlinks are not
 * followed. Returns the bytes of disk that it took.
 */
export async function removeDirectory(path: string): Promise<number> {
  return await removeIn(Buffer.from(path), new Slices())
}

async function removeIn(directory: Buffer, slices: Slices): Promise<number> {
  let diskBytes = 0
  for (const entry of list(directory)) {
    const path = join(directory, entry.name)
    if (entry.isDirectory()) diskBytes += await removeIn(path, slices)
    else diskBytes += unlinkOne(path)
    await slices.rest()
  }
  return diskBytes + (isRemoved(() => rmdirSync(directory)) ? DIRECTORY_BYTES : 0)
}

/** Bytes of disk below a directory; hard links count once. */
export async function measureDirectory(path: string): Promise<number> {
  return await measureIn(Buffer.from(path), new Slices(), new Set())
}

async function measureIn(directory: Buffer, slices: Slices, seen: Set<number>): Promise<number> {
  let diskBytes = 0
  for (const entry of list(directory)) {
    const path = join(directory, entry.name)
    const stats = lstatSync(path)
    if (stats.nlink > 1 && !stats.isDirectory()) {
      if (seen.has(stats.ino)) continue
      seen.add(stats.ino)
    }
    diskBytes += stats.blocks * 512
    if (stats.isDirectory()) diskBytes += await measureIn(path, slices, seen)
    await slices.rest()
  }
  return diskBytes
}

/** A file with other names keeps its bytes. */
function unlinkOne(path: Buffer): number {
  const stats = lstatSync(path, { throwIfNoEntry: false })
  return stats && isRemoved(() => unlinkSync(path)) && stats.nlink === 1 ? stats.blocks * 512 : 0
}

function list(directory: Buffer): Dirent<Buffer>[] {
  try {
    return readdirSync(directory, { withFileTypes: true, encoding: 'buffer' })
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return []
    throw error
  }
}

/** False when somebody else has removed it before. */
function isRemoved(remove: () => void): boolean {
  try {
    remove()
    return true
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return false
    throw error
  }
}

function join(directory: Buffer, name: Buffer): Buffer {
  return Buffer.concat([directory, Buffer.from('/'), name])
}
