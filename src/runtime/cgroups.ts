import { randomBytes } from 'node:crypto'
import { closeSync, mkdirSync, openSync, readdirSync, rmdirSync, unlinkSync } from 'node:fs'
import { errnoOf } from '../base/error.ts'
import { tryLock } from '../host/index.ts'

const TREE = '/sys/fs/cgroup'
const NAME = /^tare-([0-9a-f]{16})-\d+$/

/** One per process: its lock falls when the process dies, whatever kills it. */
const owners = new Map<string, string>()
let runs = 0

/** A name for a run's cgroups that tells, through a lock in stateDir, whether its owner is alive. */
export function lockedRunId(stateDir: string): string {
  let owner = owners.get(stateDir)
  if (owner === undefined) {
    owner = randomBytes(8).toString('hex')
    mkdirSync(stateDir, { recursive: true, mode: 0o700 })
    // Stays open for the life of the process: the lock must fall with it and not before.
    tryLock(openSync(lockFile(stateDir, owner), 'wx', 0o600))
    owners.set(stateDir, owner)
  }
  return `tare-${owner}-${++runs}`
}

/** Removes the cgroups of a run that has ended, in every hierarchy. */
export function removeCgroups(run: string): void {
  for (const hierarchy of hierarchies()) {
    try {
      rmdirSync(`${hierarchy}/${run}`)
    } catch (error) {
      if (!['ENOENT', 'EBUSY', 'EROFS'].includes(errnoOf(error) ?? '')) throw error
    }
  }
}

/** Removes what killed processes left: cgroups whose owner's lock can be taken, and the lock. */
export function reapCgroups(stateDir: string): void {
  const dead = entries(stateDir).filter(name => name.endsWith('.lock') && takeOver(`${stateDir}/${name}`))
  const owned = new Set(dead.map(name => name.slice(0, -'.lock'.length)))
  for (const hierarchy of owned.size > 0 ? hierarchies() : [])
    for (const name of entries(hierarchy)) {
      const owner = NAME.exec(name)?.[1]
      if (owner !== undefined && owned.has(owner)) removeCgroups(name)
    }
  for (const name of dead) unlinkSync(`${stateDir}/${name}`)
}

function takeOver(path: string): boolean {
  const fd = openSync(path, 'r')
  try {
    return tryLock(fd)
  } finally {
    closeSync(fd)
  }
}

/** Version 2 is the tree itself; version 1 has its hierarchies, and in hybrid set-ups the unified one, below. */
function hierarchies(): string[] {
  return [TREE, ...entries(TREE).map(name => `${TREE}/${name}`)]
}

function entries(directory: string): string[] {
  try {
    return readdirSync(directory)
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(errnoOf(error) ?? '')) return []
    throw error
  }
}

function lockFile(stateDir: string, owner: string): string {
  return `${stateDir}/${owner}.lock`
}
