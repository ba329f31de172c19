import type { Bytes, Digest } from '../../oci/index.ts'
import type { TreeView } from '../tree.ts'
import type { LayerEntry } from './layer-entry.ts'

export interface LayerTarOptions {
  /** SOURCE_DATE_EPOCH in seconds: later mtimes are written as this. */
  readonly epoch?: number | undefined
  readonly signal?: AbortSignal | undefined
}

export interface LayerSummary {
  readonly diffId: Digest
  readonly uncompressedBytes: number
  readonly entries: number
}

/** The tar as a stream, once. `summary()` throws until the stream has been read to its end. */
export interface LayerTar extends AsyncIterable<Uint8Array> {
  summary(): LayerSummary
}

/** Streams the canonical tar of `entries`, reading files from `tree`. A file that changes meanwhile throws `LAYER_FILE_CHANGED`. */
export function layerTar(_entries: readonly LayerEntry[], _tree: TreeView, _options: LayerTarOptions = {}): LayerTar {
  throw new Error('being written')
}

/** `layerTar` for its summary alone. */
export function digestLayer(
  _entries: readonly LayerEntry[],
  _tree: TreeView,
  _options: LayerTarOptions = {},
): Promise<LayerSummary> {
  throw new Error('being written')
}
