import { randomBytes } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { errnoOf } from '../base/error.ts'
import { DEFAULT_DEVICES, makeNode } from '../host/index.ts'

const LINKS: readonly (readonly [name: string, target: string])[] = [
  ['core', '/proc/kcore'],
  ['fd', '/proc/self/fd'],
  ['ptmx', 'pts/ptmx'],
  ['stderr', '/proc/self/fd/2'],
  ['stdin', '/proc/self/fd/0'],
  ['stdout', '/proc/self/fd/1'],
]

/** A directory that holds what /dev starts with, made once per stateDir. */
export function prepareDevices(stateDir: string): string {
  const directory = `${stateDir}/devices`
  if (existsSync(directory)) return directory
  const ingest = `${directory}-${randomBytes(8).toString('hex')}`
  mkdirSync(ingest, { mode: 0o755 })
  for (const { name, major, minor } of DEFAULT_DEVICES) {
    makeNode(`${ingest}/${name}`, 'char', 0o666, [major, minor])
    chmodSync(`${ingest}/${name}`, 0o666)
  }
  for (const [name, target] of LINKS) symlinkSync(target, `${ingest}/${name}`)
  try {
    renameSync(ingest, directory)
  } catch (error) {
    if (!['EEXIST', 'ENOTEMPTY'].includes(errnoOf(error) ?? '')) throw error
    rmSync(ingest, { recursive: true })
  }
  return directory
}
