import { mkdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { type CacheStore, openCache } from '../cache/index.ts'
import type { Registry } from '../registry/index.ts'
import { reapRuntime, type Sandbox, selectSandbox } from '../runtime/index.ts'
import { type OverlaySnapshotter, openOverlaySnapshotter } from '../snapshot/index.ts'
import { findRoot, openStore, type Store } from '../store/index.ts'
import { apiError } from './errors.ts'
import { TARE_VERSION } from './version.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/** Where Tare keeps its things, and whose environment counts. */
export interface WorkspaceOptions {
  /** Else `$TARE_ROOT`, `/var/lib/tare` for root, `$XDG_DATA_HOME/tare`. */
  readonly root?: string | undefined
  /** `process.env` when not given. */
  readonly env?: Environment | undefined
}

/** Verbs that only look make no store where there is none. */
export function hasStore(options: WorkspaceOptions): boolean {
  return isThere(findRoot(options))
}

/** What cannot be looked at is there: opening it says why it cannot be. */
function isThere(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined
  } catch {
    return true
  }
}

/** The store and what works on it; each part is opened at its first use. Disposing gives leases and connections back. */
export class Workspace implements AsyncDisposable {
  readonly store: Store
  readonly env: Environment
  #cache: CacheStore | undefined
  #snapshotter: OverlaySnapshotter | undefined
  #sandbox: Promise<Sandbox> | undefined
  #registry: Promise<Registry> | undefined

  private constructor(store: Store, env: Environment) {
    this.store = store
    this.env = env
  }

  static async open(options: WorkspaceOptions = {}): Promise<Workspace> {
    const env = options.env ?? process.env
    return new Workspace(await openStore({ root: options.root, env }), env)
  }

  get cache(): CacheStore {
    this.#cache ??= openCache(this.store.db, { snapshotKind: 'overlay' })
    return this.#cache
  }

  get snapshotter(): OverlaySnapshotter {
    this.#snapshotter ??= openOverlaySnapshotter({
      db: this.store.db,
      directory: join(this.store.root, 'snapshots'),
      leaseId: () => this.store.lease().id,
    })
    return this.#snapshotter
  }

  get sandboxOptions(): { readonly stateDir: string; readonly prefer: string | undefined } {
    return { stateDir: join(this.store.root, 'sandbox'), prefer: this.env['TARE_SANDBOX'] }
  }

  sandbox(): Promise<Sandbox> {
    this.#sandbox ??= selectSandbox(this.sandboxOptions)
    return this.#sandbox
  }

  /** The registry client and its HTTP library are loaded at the first call. */
  registry(): Promise<Registry> {
    this.#registry ??= import('../registry/index.ts').then(({ openRegistry }) =>
      openRegistry({ env: this.env, userAgent: `tare/${TARE_VERSION}` }),
    )
    return this.#registry
  }

  /** Throws `RIGHTS_MISSING` where roots cannot be made, before anything is fetched or begun. */
  assertCanMakeRoots(): void {
    const uid = process.geteuid?.()
    if (uid === 0) return
    throw apiError('RIGHTS_MISSING', `making root file systems: Tare has to run as root here, and runs as uid ${uid}`, {
      hint: 'Run it as root, for instance with sudo; builds of ordinary users are not supported yet.',
      facts: { uid },
    })
  }

  /** What killed processes left is taken away. Called once by verbs that write. */
  async reap(): Promise<void> {
    this.store.reapDeadLeases()
    await this.snapshotter.reap()
    await reapRuntime(this.sandboxOptions.stateDir)
  }

  /** A directory of this process that goes with its lease. */
  scratchDirectory(): string {
    const directory = this.store.lease().tempPath()
    mkdirSync(directory, { mode: 0o700 })
    return directory
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await (await this.#registry)?.[Symbol.asyncDispose]()
    } finally {
      await this.store[Symbol.asyncDispose]()
    }
  }
}
