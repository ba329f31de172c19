import { constants, realpathSync, statSync } from 'node:fs'
import { open, realpath } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { type ArchiveFiles, malformed } from './archive-files.ts'
import { readRange } from './file-bytes.ts'

/** An OCI layout that lies unpacked in a directory. Links in it may lead about within it only. */
export async function openDirectoryFiles(path: string): Promise<ArchiveFiles> {
  const root = await realpath(path)
  const find = (name: string): string | undefined => locate(root, path, name)
  return {
    label: path,
    sizeOf(name) {
      const found = find(name)
      const stats = found === undefined ? undefined : statSync(found)
      return stats?.isFile() ? stats.size : undefined
    },
    async *open(name, signal) {
      const found = find(name)
      if (found === undefined) throw malformed({ label: path }, `${name} is missing`)
      await using file = await open(found, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
      const stats = await file.stat()
      if (!stats.isFile()) throw malformed({ label: path }, `${name} is not a file`)
      yield* readRange(file, 0, stats.size, signal)
    },
    [Symbol.asyncDispose]: async () => {},
  }
}

function locate(root: string, label: string, name: string): string | undefined {
  let found: string
  try {
    found = realpathSync(join(root, name))
  } catch {
    return undefined
  }
  if (found.startsWith(root === sep ? sep : root + sep)) return found
  throw malformed({ label }, `${name} leads outside`)
}
