import { randomBytes } from 'node:crypto'
import { chmodSync, mkdirSync, readdirSync, renameSync } from 'node:fs'
import { errnoOf } from '../../base/error.ts'
import { spreadSubdirectories } from '../../host/index.ts'
import type { SnapshotId } from '../snapshotter.ts'

const EMPTY = '_empty'

/** Where snapshots lie: `<directory>/<id in base 36>/fs`, short so that many fit into one page of mount options. */
export class SnapshotPlaces {
  readonly directory: string

  constructor(directory: string) {
    this.directory = directory
    mkdirSync(directory, { recursive: true, mode: 0o711 })
  }

  home(id: SnapshotId): string {
    return `${this.directory}/${id.toString(36)}`
  }

  fs(id: SnapshotId): string {
    return `${this.home(id)}/fs`
  }

  /** The overlay's own working directory; only while the snapshot is active. */
  work(id: SnapshotId): string {
    return `${this.home(id)}/work`
  }

  /** An empty root as a process sees it: 0755 whatever the umask. It is made under a random name, by which it is spread. */
  make(id: SnapshotId): void {
    const home = this.home(id)
    this.#mkdir(home, 0o711)
    spreadSubdirectories(home)
    const made = `${home}/${randomBytes(6).toString('hex')}`
    this.#mkdir(made, 0o755)
    renameSync(made, this.fs(id))
  }

  makeWork(id: SnapshotId): void {
    this.#mkdir(this.work(id), 0o700)
  }

  #mkdir(path: string, mode: number): void {
    mkdirSync(path)
    chmodSync(path, mode)
  }

  /** A directory that stays empty. Its name is no ID's. */
  empty(): string {
    const path = `${this.directory}/${EMPTY}`
    mkdirSync(path, { recursive: true, mode: 0o755 })
    return path
  }

  /** Names in the snapshots directory with the ID each stands for, undefined for one that is no snapshot's. */
  list(): { readonly name: string; readonly id: SnapshotId | undefined }[] {
    try {
      const names = readdirSync(this.directory).filter(name => name !== EMPTY)
      return names.map(name => ({ name, id: idOf(name) }))
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return []
      throw error
    }
  }
}

function idOf(name: string): SnapshotId | undefined {
  const id = Number.parseInt(name, 36)
  return Number.isSafeInteger(id) && id.toString(36) === name ? id : undefined
}
