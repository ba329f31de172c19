import type { Descriptor, Digest } from '../oci/index.ts'

/** Identifies a vertex within one build. */
export type VertexId = number

/** Times are milliseconds since the epoch. */
export type ProgressEvent =
  | { readonly type: 'vertex'; readonly id: VertexId; readonly name: string; readonly inputs: readonly VertexId[] }
  | { readonly type: 'started'; readonly id: VertexId; readonly at: number }
  | {
      readonly type: 'log'
      readonly id: VertexId
      readonly at: number
      readonly stream: 'stdout' | 'stderr'
      readonly data: Uint8Array
    }
  /** A part of a vertex that moves bytes: a layer being pulled, unpacked, compressed or pushed. `total` when known. */
  | {
      readonly type: 'transfer'
      readonly id: VertexId
      readonly item: string
      readonly action: string
      readonly currentBytes: number
      readonly totalBytes?: number | undefined
      readonly done?: boolean | undefined
    }
  | {
      readonly type: 'completed'
      readonly id: VertexId
      readonly at: number
      readonly outcome: 'done' | 'cached' | 'failed' | 'canceled'
      readonly message?: string | undefined
      /** What the step added to its stage: the length of its layer tar. */
      readonly uncompressedBytes?: number | undefined
    }
  | { readonly type: 'warning'; readonly code: string; readonly message: string; readonly excerpt?: string | undefined }
  | { readonly type: 'image'; readonly image: BuiltImage }

/** What a build ended with. */
export interface BuiltImage {
  readonly id: Digest
  readonly platform: string
  readonly names: readonly string[]
  readonly layers: number
  readonly uncompressedBytes: number
  readonly stages: readonly StageWeight[]
  /** Whether the image is in the store. */
  readonly stored: boolean
  /** What was made beside the image in the store, in the order asked for. */
  readonly outputs: readonly BuiltOutput[]
}

/** One output of a build. */
export interface BuiltOutput {
  readonly type: 'local' | 'tar' | 'oci' | 'docker' | 'image' | 'cacheonly'
  /** The path it was written to, `-` for a stream. */
  readonly dest?: string | undefined
  /** Under which names the image is in it. */
  readonly names?: readonly string[] | undefined
  /** Of the image's manifest in it. */
  readonly descriptor?: Descriptor | undefined
  /** Where the image was pushed, or loaded into. */
  readonly sentTo?: readonly string[] | undefined
}

/** What each stage and step added. */
export interface StageWeight {
  readonly name: string
  /** Whether its layers are in the image. */
  readonly inImage: boolean
  readonly baseBytes: number
  readonly steps: readonly {
    readonly step: string
    readonly uncompressedBytes: number
    readonly cached: boolean
    readonly ms: number
  }[]
}

/** Progress is handed to a sink; rooms below cli/ never print. */
export type ProgressSink = (event: ProgressEvent) => void

/** Called while layers move: `item` is a short layer digest. */
export type OnTransfer = (
  item: string,
  action: string,
  currentBytes: number,
  totalBytes?: number,
  done?: boolean,
) => void
