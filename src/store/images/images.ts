import type { Descriptor, Digest, ImageConfig, Manifest, Platform } from '../../oci/index.ts'

export interface ImageLayer {
  readonly diffId: Digest
  readonly chainId: Digest
  /** Undefined when nobody has unpacked the layer yet. */
  readonly uncompressedBytes: number | undefined
}

/** An image as `images` lists it. */
export interface StoredImage {
  /** Digest of the config. */
  readonly id: Digest
  /** Exists from the first pull, push or save on. */
  readonly manifestDigest: Digest | undefined
  readonly manifestMediaType: string | undefined
  readonly platform: Platform
  /** When the image was made, from its config; 0 when that does not say. */
  readonly createdMs: number
  /** Fully qualified, sorted: `docker.io/library/alpine:latest`. Empty for a dangling image. */
  readonly names: readonly string[]
  /** `docker.io/library/alpine@sha256:...`, sorted. */
  readonly repoDigests: readonly string[]
  readonly layers: readonly ImageLayer[]
  /** Sum over the layers; undefined while one of them is unknown. */
  readonly uncompressedBytes: number | undefined
}

/** Everything of an image that has a digest, as bytes and decoded. */
export interface ImageDocuments {
  readonly id: Digest
  readonly config: ImageConfig
  readonly configBytes: Uint8Array
  readonly manifest:
    | { readonly descriptor: Descriptor; readonly value: Manifest; readonly bytes: Uint8Array }
    | undefined
}

export interface NewImage {
  readonly configBytes: Uint8Array
  readonly manifest?: { readonly bytes: Uint8Array; readonly mediaType: string } | undefined
  /** Names that the image gets in the same step, with their tags. */
  readonly names?: readonly string[] | undefined
  /** Tar lengths of layers that are known, by diff ID. */
  readonly uncompressedBytes?: ReadonlyMap<Digest, number> | undefined
}

/** One line of `docker rmi`. */
export type Removal =
  | { readonly kind: 'untagged'; readonly name: string }
  | { readonly kind: 'deleted'; readonly digest: Digest }

/** Images and their names. Names are fully qualified unless a method says that it takes what a user typed. */
export interface Images {
  /**
   * Stores config, manifest, the image's row and its names; durable on return. When all of it is there already, nothing is
   * written and no lease taken, else the image is held until the process ends. The layers are the caller's matter: as
   * snapshots or as layer forms. Throws `IMAGE_INVALID` when the manifest is another image's, and as parseImageConfig,
   * parseManifest and parseCanonicalReference do.
   */
  record(image: NewImage): Promise<StoredImage>
  /** Gives an image a name, taking it from another. Returns the image that had it, if that was another one. */
  tag(id: Digest, name: string): Digest | undefined
  /** Remembers under which digest (of its manifest, or of the index it came from) a repository has the image. */
  addRepoDigest(id: Digest, repository: string, digest: Digest): void
  get(id: Digest): StoredImage | undefined
  /** By exact name: `docker.io/library/alpine:latest` or `docker.io/library/alpine@sha256:...`. */
  findByName(name: string): StoredImage | undefined
  /**
   * By what a user typed, by Docker's rules: a name (`alpine` means `alpine:latest`), name@digest, an image ID, or a part of
   * one from its start. Throws `IMAGE_NOT_FOUND`, `IMAGE_AMBIGUOUS`, `OCI_INVALID_REFERENCE`.
   */
  resolve(text: string): StoredImage
  /** Newest first. */
  list(): StoredImage[]
  /** Config and manifest. Throws `IMAGE_NOT_FOUND`, `BLOB_NOT_FOUND`, `BLOB_DIGEST_MISMATCH`. */
  documents(id: Digest): ImageDocuments
  /**
   * `docker rmi` of what a user typed: a name is taken off, and the last one takes the image with it; by ID an image goes
   * with its name. Without `force` it is `IMAGE_IN_USE` to delete by ID what has several names, or to delete what another
   * living process holds. Blobs stay until gc. Throws as `resolve` does.
   */
  remove(text: string, options?: { readonly force?: boolean | undefined }): Removal[]
}
