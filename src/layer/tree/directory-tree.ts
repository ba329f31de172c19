import { readlinkSync } from 'node:fs'
import { decodeText, toFsPath } from '../../base/text.ts'
import type { TreeEntry, TreeView } from '../tree.ts'
import { hostLstat, hostNames, openHostFile, sortedNames } from './host-entry.ts'
import { assertTreePath, notADirectory, notFound, parentOf } from './tree-path.ts'
import { readImageXattrs } from './xattrs.ts'

/**
 * A plain host directory as a tree, owners as they are. `hostDir` itself may be a symlink to a directory. Directories
 * once seen are taken to stay directories: a tree that is changed while it is read gives errors or old news, and files
 * are never opened through a symlink at their end.
 */
export function openDirectoryTree(hostDir: string): TreeView {
  return new DirectoryTree(hostDir)
}

class DirectoryTree implements TreeView {
  readonly #root: string
  readonly #real = new Set<string>(['/'])

  constructor(hostDir: string) {
    this.#root = hostDir.replace(/\/+$/, '')
  }

  lstat(path: string): TreeEntry | undefined {
    assertTreePath(path)
    if (path === '/') return hostLstat(`${this.#root}/.`)
    return this.#isReal(parentOf(path)) ? hostLstat(this.#root + path) : undefined
  }

  readdir(path: string): string[] {
    assertTreePath(path)
    if (!this.#isReal(path)) throw notADirectory('listing', path)
    return sortedNames(hostNames(`${this.#root}${path}`))
  }

  readlink(path: string): string {
    return decodeText(readlinkSync(toFsPath(this.#host(path, 'reading link')), { encoding: 'buffer' }))
  }

  xattrs(path: string): ReadonlyMap<string, Uint8Array> {
    return readImageXattrs(this.#host(path, 'reading xattrs of'))
  }

  open(path: string): number {
    return openHostFile(this.#host(path, 'opening'))
  }

  #host(path: string, doing: string): string {
    assertTreePath(path)
    if (path === '/') return `${this.#root}/.`
    if (!this.#isReal(parentOf(path))) throw notFound(doing, path)
    return this.#root + path
  }

  #isReal(path: string): boolean {
    if (this.#real.has(path)) return true
    const real = this.#isReal(parentOf(path)) && hostLstat(this.#root + path)?.type === 'dir'
    if (real) this.#real.add(path)
    return real
  }
}
