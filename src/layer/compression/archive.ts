import type { Bytes } from '../../oci/index.ts'
import type { DecompressOptions } from './decompress.ts'
import type { Compression } from './detect.ts'

export interface OpenedArchive {
  readonly compression: Compression
  /** The uncompressed tar. */
  readonly tar: Bytes
}

/** Whether a file is a tar archive, whatever its compression and name; undefined when it is not (ADD copies it then). Reads its first bytes only until `tar` is iterated. */
export function openArchive(_bytes: Bytes, _options: DecompressOptions = {}): Promise<OpenedArchive | undefined> {
  throw new Error('being written')
}
