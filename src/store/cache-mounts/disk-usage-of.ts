import { type BigIntStats, lstatSync, readdirSync } from 'node:fs'
import { errnoOf } from '../../base/error.ts'
import { Pace } from '../../base/pace.ts'

const BLOCK = 512n

/** Bytes that a directory and all in it take on the disk; files with several names count once. What vanishes meanwhile is left out. */
export async function diskUsageOf(directory: string): Promise<number> {
  const pace = new Pace()
  const seen = new Set<bigint>()
  const pending = [Buffer.from(directory)]
  let bytes = 0n
  for (let path = pending.pop(); path !== undefined; path = pending.pop()) {
    const stat = statOf(path)
    if (!stat || seen.has(stat.ino)) continue
    if (stat.nlink > 1n) seen.add(stat.ino)
    bytes += stat.blocks * BLOCK
    if (stat.isDirectory()) for (const name of namesOf(path)) pending.push(Buffer.concat([path, SLASH, name]))
    if (pace.due) await pace.breathe()
  }
  return Number(bytes)
}

const SLASH = Buffer.from('/')

function statOf(path: Buffer): BigIntStats | undefined {
  return lstatSync(path, { bigint: true, throwIfNoEntry: false })
}

function namesOf(path: Buffer): Buffer[] {
  try {
    return readdirSync(path, { encoding: 'buffer' })
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR') return []
    throw error
  }
}
