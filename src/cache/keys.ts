import type { Digest } from '../oci/index.ts'
import type { ContentRecord } from './content.ts'

/** What is known of an input when a vertex is looked up. */
export interface KeyInput {
  /** The input's primary key: of its cache record, or of an image. Undefined for the local context. */
  readonly key: Digest | undefined
  /** Chain ID of its root, `null` for an empty root; undefined when unknown or when it is no root. */
  readonly chainId?: Digest | null | undefined
}

/** One name a result can be found by, in structured form. */
export interface CacheKey {
  readonly key: Digest
  readonly record: KeyRecord
}

/** What a key is the digest of: compared part by part when a miss is explained. */
export interface KeyRecord {
  readonly version: 1
  readonly op: Readonly<Record<string, unknown>>
  readonly inputs: Readonly<Record<string, string>>
}

/** What a content lookup adds: the content of the selected files. */
export interface KeyContent {
  readonly files?: ContentRecord | undefined
}
