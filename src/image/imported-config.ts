import type { Digest, ImageConfig, Platform, RunConfig } from '../oci/index.ts'

export interface ImportFacts {
  readonly platform: Platform
  /** Milliseconds since the epoch. */
  readonly createdMs: number
  readonly diffId: Digest
  /** Where the root file system came from, for the history: `rootfs.tar`, `-`. */
  readonly source: string
  /** What `--change` instructions made. */
  readonly config?: RunConfig | undefined
  readonly message?: string | undefined
}

/** The config of an image of one layer made from a root file system, as `docker import` writes it. */
export function importedConfig(facts: ImportFacts): ImageConfig {
  const created = new Date(facts.createdMs).toISOString()
  return {
    ...facts.platform,
    created,
    config: facts.config ?? {},
    rootfs: { type: 'layers', diff_ids: [facts.diffId] },
    history: [{ created, comment: facts.message || `Imported from ${facts.source}` }],
  }
}
