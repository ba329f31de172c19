import type { Descriptor, Digest } from '../oci/index.ts'

/** The stored (compressed or plain) forms of layers, and what is known of a layer whatever its form. */
export interface LayerForms {
  /** Blobs that hold this layer and are in the store, the most lately stored first. */
  formsOf(diffId: Digest): Descriptor[]
  /** Remembers that a blob of the store is a form of the layer. Throws `BLOB_NOT_FOUND` when the blob is not there. */
  addForm(diffId: Digest, blob: { readonly digest: Digest; readonly mediaType: string }): void
  /** Length of the layer's tar, undefined when nobody has unpacked it yet. */
  uncompressedBytes(diffId: Digest): number | undefined
  setUncompressedBytes(diffId: Digest, bytes: number): void
}
