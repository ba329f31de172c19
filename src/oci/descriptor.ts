import type { Digest } from './digest.ts'
import type { Platform } from './platform.ts'

/** image-spec descriptor.md. `size` is the blob's length in bytes, as stored (compressed). */
export interface Descriptor {
  readonly mediaType: string
  readonly digest: Digest
  readonly size: number
  readonly urls?: readonly string[] | undefined
  readonly annotations?: Readonly<Record<string, string>> | undefined
  readonly platform?: Platform | undefined
  readonly artifactType?: string | undefined
  readonly data?: string | undefined
}
