import type { Digest } from '../oci/index.ts'

/**
 * One entry of what COPY or ADD selected. Leave a field undefined when it must not count: `mode` under --chmod, `uid` and
 * `gid` under --chown and for the local context. Times are not here: they never count.
 */
export interface ContentEntry {
  /** Relative to the destination, as it will land there; lossless text. */
  readonly path: string
  readonly type: 'file' | 'dir' | 'symlink' | 'fifo' | 'char' | 'block' | 'socket'
  readonly mode?: number | undefined
  readonly uid?: number | undefined
  readonly gid?: number | undefined
  /** Target of a symlink. */
  readonly target?: string | undefined
  /** Any key that the entries of one hard-link set share; undefined for a file with one name. */
  readonly linkSet?: string | undefined
  readonly xattrs?: ReadonlyMap<string, Uint8Array> | undefined
  /** Digest of a regular file's bytes. */
  readonly digest?: Digest | undefined
  readonly device?: readonly [number, number] | undefined
}

/** The content of a selection: its digest, and what is needed to say later which file changed. */
export interface ContentRecord {
  readonly digest: Digest
  readonly entries: number
  /** `[path, fingerprint]` for each entry; left out above `MAX_EXPLAINED_ENTRIES`, where `folders` stands instead. */
  readonly files?: readonly (readonly [string, string])[] | undefined
  readonly folders?: readonly (readonly [string, string])[] | undefined
}
