import { lutimesSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'

/** Takes away `.git` of a checkout; of its submodules too, where it is a file that leads back there. */
export function removeRepositories(tree: string, submodules: boolean): void {
  rmSync(join(tree, '.git'), { recursive: true, force: true })
  if (!submodules) return
  for (const { path, name } of walk(Buffer.from(tree))) if (name === '.git') rmSync(path, { force: true })
}

/** Takes away what `.git` says of fetching, submodules' included. */
export function removeTraces(tree: string): void {
  for (const { path, name } of walk(Buffer.from(join(tree, '.git')))) if (name === 'FETCH_HEAD') rmSync(path)
}

/** Dates everything below a directory, and itself. */
export function setTimes(directory: string, seconds: number): void {
  for (const { path } of walk(Buffer.from(directory))) lutimesSync(path, seconds, seconds)
  lutimesSync(directory, seconds, seconds)
}

/** What a directory holds before itself; names are bytes. */
function* walk(directory: Buffer): Generator<{ readonly path: Buffer; readonly name: string }> {
  for (const entry of readdirSync(directory, { withFileTypes: true, encoding: 'buffer' })) {
    const path = Buffer.concat([directory, Buffer.from('/'), entry.name])
    if (entry.isDirectory()) yield* walk(path)
    yield { path, name: entry.name.toString('latin1') }
  }
}
