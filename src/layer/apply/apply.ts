import type { Bytes, Digest } from '../../oci/index.ts'
import type { LayerFixups } from './settle.ts'

export interface ApplyOptions {
  readonly signal?: AbortSignal | undefined
  /** Opaque directories and whiteouts in the `user.overlay.` spelling (overlay mounted with userxattr). */
  readonly userXattr?: boolean | undefined
  /** Called now and then with the bytes of the tar read so far. */
  readonly onProgress?: ((uncompressedBytes: number) => void) | undefined
}

export interface ApplyResult {
  /** Of the whole stream as read; the caller compares it. */
  readonly diffId: Digest
  readonly uncompressedBytes: number
  readonly entries: number
  /** For `settleLayer`, serialisable as JSON. */
  readonly fixups: LayerFixups
}

/**
 * Unpacks one uncompressed layer tar into the empty directory `targetDir` (a host path) in the form of an overlay
 * layer directory, without looking at the layers below it.
 */
export function applyLayer(_tar: Bytes, _targetDir: string, _options: ApplyOptions = {}): Promise<ApplyResult> {
  throw new Error('being written')
}
