import type { Digest } from '../oci/index.ts'

/** A file's identity by stat, as `fs.lstatSync(path, { bigint: true })` gives it. */
export interface FileStamp {
  readonly dev: bigint
  readonly ino: bigint
  readonly size: bigint
  readonly mtimeNs: bigint
  readonly ctimeNs: bigint
}

/** `hashedAtMs` is the moment before the file was read, in milliseconds since the epoch. */
export interface HashedFile {
  readonly stamp: FileStamp
  readonly digest: Digest
  readonly hashedAtMs: number
}

/** What many files came to together. */
export interface HashedSelection {
  /** Digest of all that the result follows from: names, stamps, and what is asked about them. */
  readonly stamps: Digest
  readonly digest: Digest
  /** The latest ctime among the stamps. */
  readonly newestNs: bigint
  readonly hashedAtMs: number
}

/**
 * Content digests of files, trusted by stat. A row says what the content was at the moment of hashing; it is kept only if the
 * file's ctime was at least 2 s older than that moment, because a later change within the clock's grain would not show.
 */
export interface FileDigests {
  lookup(stamp: FileStamp): Digest | undefined
  /** Remembers digests in one transaction, leaving out those too young to be trusted. */
  put(entries: Iterable<HashedFile>): void
  /** The digest of a whole selection of which nothing has changed, without a look at each file's row. */
  lookupSelection(stamps: Digest): Digest | undefined
  /** Remembers one under the same rule of 2 s, asked of its latest ctime. */
  putSelection(selection: HashedSelection): void
}
