export type EntryType = 'file' | 'dir' | 'symlink' | 'fifo' | 'char' | 'block' | 'socket'

/** What lstat tells of an entry. */
export interface TreeEntry {
  readonly type: EntryType
  /** Permission bits with setuid, setgid and sticky: 0o0000-0o7777. */
  readonly mode: number
  readonly uid: number
  readonly gid: number
  /** Bytes; 0 for anything but files. */
  readonly size: number
  /** Whole seconds since the epoch, rounded down. */
  readonly mtime: number
  /** Device and inode as one key: two paths with the same key are hard links of one file. */
  readonly inode: string
  readonly links: number
  /** `[major, minor]` of char and block devices. */
  readonly device?: readonly [number, number] | undefined
}

/**
 * A read-only view of a file tree. Paths are absolute within the tree (`/usr/bin`; `/` is its root), lossless text
 * (base/text.ts), cleaned, without `.` and `..`. No method follows a symlink anywhere: a path with a symlink among its
 * parents is absent. Methods are synchronous because a tree of 50,000 files is read in one go; callers yield in between.
 */
export interface TreeView {
  lstat(path: string): TreeEntry | undefined
  /** Names in byte order. Throws `TREE_NOT_A_DIRECTORY` unless `path` is a directory. */
  readdir(path: string): string[]
  readlink(path: string): string
  /** All that count (see xattrs.ts): never overlay's own, never `system.*`, of `security.*` only `capability`. */
  xattrs(path: string): ReadonlyMap<string, Uint8Array>
  /** A file descriptor open for reading on a regular file; the caller closes it. Never follows a symlink. */
  open(path: string): number
}

/**
 * Writes into a tree that lies over others. Paths as in TreeView; parents must exist as real directories
 * (`ensureDir` makes them). Times are whole seconds. Every method leaves lower trees as they were.
 */
export interface TreeWriter extends TreeView {
  /** The host directory behind the directory `path`, made real in the writable tree, so that files can be created in it directly. */
  hostDir(path: string): string
  /**
   * A new, empty regular file at `path`, open for writing (O_EXCL, never through a symlink), in place of whatever was there;
   * throws `TREE_IS_A_DIRECTORY` when that is a directory. The caller writes, sets owner, mode and times on the descriptor, closes it.
   */
  createFile(path: string): number
  /**
   * A whole new regular file, in place of whatever was there as with `createFile`. The layer of a tree in which all was
   * made by this and `mkdir`, in canonical order, is known without reading the files again.
   */
  writeFile(path: string, content: Uint8Array, meta: NodeMeta): void
  /** Makes a directory and returns true; on an existing directory changes nothing and returns false; replaces anything else. */
  mkdir(path: string, meta: NodeMeta): boolean
  /** Takes whatever is at `path` away, directories with all they hold; lower entries get a whiteout. Nothing there is fine. */
  remove(path: string): void
  symlink(path: string, target: string, meta: NodeMeta): void
  /** A second name for the file at `existing`. */
  link(path: string, existing: string): void
  mknod(path: string, type: 'fifo' | 'char' | 'block', device: readonly [number, number], meta: NodeMeta): void
  /** Sets what is given on an existing entry (a lower one is copied up first). Never follows a symlink. */
  setMeta(path: string, meta: Partial<NodeMeta>): void
}

export interface NodeMeta {
  readonly mode: number
  readonly uid: number
  readonly gid: number
  /** Seconds since the epoch. */
  readonly mtime: number
  readonly xattrs?: ReadonlyMap<string, Uint8Array> | undefined
}
