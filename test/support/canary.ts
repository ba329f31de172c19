import { chmodSync, lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { tempFolder } from './temp-folder.ts'

/** A folder on the host that nothing hostile may read or change. */
export interface Canary extends Disposable {
  readonly path: string
  /** In its file `secret`. */
  readonly secret: string
  /** What is not as it was; empty when nobody has been here. */
  changes(): string[]
}

export function plantCanary(): Canary {
  const folder = tempFolder()
  const secret = `canary-${Math.random().toString(36).slice(2)}`
  writeFileSync(join(folder.path, 'secret'), `${secret}\n`)
  mkdirSync(join(folder.path, 'folder'))
  writeFileSync(join(folder.path, 'folder/inside'), 'untouched\n')
  chmodSync(folder.path, 0o755)
  const before = describeFolder(folder.path)
  return {
    path: folder.path,
    secret,
    changes: () => {
      const now = describeFolder(folder.path)
      return [...now.filter(line => !before.includes(line)), ...before.filter(line => !now.includes(line))]
    },
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  }
}

/** A line for each entry with all that a write would change. */
export function describeFolder(folder: string, place = '.'): string[] {
  return readdirSync(join(folder, place)).flatMap(name => {
    const path = join(place, name)
    const stat = lstatSync(join(folder, path))
    const line = `${path} ${stat.mode.toString(8)} ${stat.uid}:${stat.gid} links ${stat.nlink} mtime ${stat.mtimeMs}`
    if (stat.isDirectory()) return [line, ...describeFolder(folder, path)]
    return [stat.isFile() ? `${line} ${readFileSync(join(folder, path), 'latin1')}` : line]
  })
}
