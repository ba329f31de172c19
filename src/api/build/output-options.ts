import type { ByteSink } from '../whole-file.ts'

/** What becomes of the result. */
export interface OutputOptions {
  /** Names for the image: `app`, `ghcr.io/me/app:1.2`. An image with a name is kept in the store, whatever the outputs. */
  readonly tags?: readonly string[] | undefined
  readonly labels?: Readonly<Record<string, string>> | undefined
  /** What is made of the result; just the image in the store when there is none. */
  readonly outputs?: readonly BuildOutput[] | undefined
  /** Pushes the image under all its names: short for an output `{ type: 'image', push: true }`. */
  readonly push?: boolean | undefined
  /** Loads the image into a running Docker or Podman: short for an output `{ type: 'docker' }`. */
  readonly load?: boolean | undefined
  /** For the manifests of all outputs. */
  readonly annotations?: readonly Annotation[] | undefined
  /** A JSON file about the result, with the keys of `docker buildx build --metadata-file`. */
  readonly metadataFile?: string | undefined
  /** A file for the image ID. */
  readonly iidFile?: string | undefined
}

export type BuildOutput = LocalOutput | TarOutput | ArchiveOutput | LoadOutput | ImageOutput | CacheOnlyOutput

/** The final file system in a directory, merged with what is in it. */
export interface LocalOutput {
  readonly type: 'local'
  readonly dest: string
  /** Into a directory for the platform, `linux_amd64`. */
  readonly platformSplit?: boolean | undefined
}

/** The final file system as a tar. */
export interface TarOutput {
  readonly type: 'tar'
  readonly dest: string | ByteSink
  readonly platformSplit?: boolean | undefined
}

/** An OCI archive, or one that `docker load` takes. */
export interface ArchiveOutput extends ManifestOptions {
  readonly type: 'oci' | 'docker'
  readonly dest: string | ByteSink
  /** A directory instead of an archive; an existing layout keeps its other images. */
  readonly directory?: boolean | undefined
  /** Names in it; those of the build when it has any. */
  readonly names?: readonly string[] | undefined
}

/** Into a running Docker or Podman. */
export interface LoadOutput extends ManifestOptions {
  readonly type: 'docker'
  readonly dest?: undefined
  readonly names?: readonly string[] | undefined
}

/** The image in the store, and from there to a registry. */
export interface ImageOutput extends ManifestOptions {
  readonly type: 'image'
  readonly push?: boolean | undefined
  /** Names of the image; those of the build when it has any. */
  readonly names?: readonly string[] | undefined
}

/** Nothing: the steps are in the cache afterwards. */
export interface CacheOnlyOutput {
  readonly type: 'cacheonly'
}

/** How layers and manifest of an image are written. */
export interface ManifestOptions {
  /** Of the layers that the build made; layers of the base image stay as they are stored. gzip when not given, plain tars in a docker archive. */
  readonly compression?: 'gzip' | 'zstd' | 'uncompressed' | undefined
  /** gzip 0-9, zstd 0-22. */
  readonly compressionLevel?: number | undefined
  /** Layers of the base image are compressed anew too where they are of another compression. */
  readonly forceCompression?: boolean | undefined
  /** False: media types of Docker's own instead of the OCI's. */
  readonly ociMediaTypes?: boolean | undefined
  /** Times of files clamped to SOURCE_DATE_EPOCH, which built layers always are; wants one, and false is refused with one. */
  readonly rewriteTimestamp?: boolean | undefined
  readonly annotations?: readonly Annotation[] | undefined
}

/** `manifest[linux/amd64]:key=value` */
export interface Annotation {
  /** `manifest`, the only one that an image of one platform has. */
  readonly scope?: string | undefined
  readonly platform?: string | undefined
  readonly key: string
  readonly value: string
}
