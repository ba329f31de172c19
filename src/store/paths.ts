import { join } from 'node:path'

/** Where the parts of a store lie. */
export interface StorePaths {
  readonly root: string
  readonly database: string
  readonly blobs: string
  readonly snapshots: string
  readonly ingest: string
  readonly run: string
  readonly cacheMounts: string
}

export function storePaths(root: string): StorePaths {
  return {
    root,
    database: join(root, 'tare.db'),
    blobs: join(root, 'blobs'),
    snapshots: join(root, 'snapshots'),
    ingest: join(root, 'ingest'),
    run: join(root, 'run'),
    cacheMounts: join(root, 'cache-mounts'),
  }
}
