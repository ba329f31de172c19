import type { Bytes } from '../../oci/index.ts'

/** `other` is any type flag Tare knows no meaning for (its flag is in `flag`); its content is skipped over. */
export type TarType = 'file' | 'hardlink' | 'symlink' | 'char' | 'block' | 'dir' | 'fifo' | 'other'

/** What a tar header says, whatever its dialect. Names are lossless text (base/text.ts) as they stand in the archive. */
export interface TarHeader {
  readonly name: string
  /** Target of a symlink, or the name of the earlier entry a hard link stands for; else empty. */
  readonly linkname: string
  readonly type: TarType
  /** Permission bits with setuid, setgid and sticky: 0o0000-0o7777. */
  readonly mode: number
  readonly uid: number
  readonly gid: number
  /** Bytes of the file as unpacked (a sparse file's real size); 0 for anything but files. */
  readonly size: number
  /** Whole seconds since the epoch, rounded down. */
  readonly mtime: number
  /** `[major, minor]`; `[0, 0]` for anything but devices. */
  readonly device: readonly [number, number]
  /** From SCHILY.xattr.* records. */
  readonly xattrs: ReadonlyMap<string, Uint8Array>
}

/** A piece of a sparse file that holds data; all between the pieces is zeros. */
export interface Extent {
  readonly offset: number
  readonly length: number
}

/** One entry while it is being read: `content` must be read before the next entry is asked for, or is skipped. */
export interface TarEntry {
  readonly header: TarHeader
  /** The raw type flag. */
  readonly flag: string
  /** Offset of the entry's header block in the archive. */
  readonly offset: number
  /** Set for sparse files: ascending, within `header.size`, not overlapping. */
  readonly extents: readonly Extent[] | undefined
  /** The stored bytes: for sparse files those of the extents, one after the other; else the file's bytes. */
  readonly stored: Bytes
  /** The file's bytes, holes as zeros. */
  readonly content: Bytes
}

export const NO_XATTRS: ReadonlyMap<string, Uint8Array> = new Map()
