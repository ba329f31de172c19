import type { TreeView } from '../layer/index.ts'
import type { Digest } from '../oci/index.ts'
import type { Snapshot } from '../snapshot/index.ts'

/** A layer of a result's stack. */
export interface StackLayer {
  readonly diffId: Digest
  /** Undefined for a base's layer that nobody has unpacked yet. */
  readonly uncompressedBytes?: number | undefined
}

/** What a vertex came to. Nothing is pulled or unpacked before `snapshot` or `tree` is called. */
export interface VertexResult {
  /** What users of the result are keyed by; undefined for a local context, whose content counts instead. */
  readonly key: Digest | undefined
  /** `null` for the empty root; undefined when the result is no root (a context). */
  readonly chainId: Digest | null | undefined
  readonly layers: readonly StackLayer[]
  /** What the vertex itself added; undefined when nothing. */
  readonly added: StackLayer | undefined
  readonly cached: boolean
  /** What evaluating it took, milliseconds. */
  readonly ms: number
  /** When it was made first, milliseconds since the epoch; undefined for sources. */
  readonly createdMs: number | undefined
  /** The snapshot of the root, unpacked if need be; undefined for the empty root. */
  snapshot(): Promise<Snapshot | undefined>
  /** The files, for COPY --from and the context. */
  tree(): Promise<TreeView>
  /** Of a build context: a step says when it begins to use it and when it has done so. */
  readonly use?: { begin(): void; end(): void } | undefined
}
