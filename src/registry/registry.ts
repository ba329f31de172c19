import type {
  BlobSource,
  Bytes,
  Descriptor,
  Digest,
  Manifest,
  Platform,
  Reference,
  ResolvedImage,
} from '../oci/index.ts'
import type { Env } from './env.ts'

/** A reference as text (`alpine:3`) or parsed. */
export type ReferenceLike = string | Reference

/** What a registry's image index or manifest turned out to be; `blobs` reads its config and layers as stored (compressed). */
export interface RemoteImage extends ResolvedImage {
  readonly digest: Digest
  readonly manifest: { readonly descriptor: Descriptor; readonly value: Manifest; readonly bytes: Uint8Array }
  /** The raw index that the manifest was chosen from. */
  readonly index?: { readonly descriptor: Descriptor; readonly bytes: Uint8Array } | undefined
  readonly blobs: BlobSource
}

/** A blob to be pushed. `open` is called only when the registry does not have the blob, and again on a retry. */
export interface PushBlob {
  readonly descriptor: Descriptor
  open(signal?: AbortSignal): Bytes
  /** Full names of repositories that may hold the blob (`host/app`); those on the same registry are tried as mount sources. */
  readonly mountFrom?: readonly string[] | undefined
}

export interface PushRequest {
  /** With a tag (`latest` when there is none), or with the manifest's own digest. */
  readonly reference: ReferenceLike
  readonly manifest: { readonly mediaType: string; readonly bytes: Uint8Array }
  /** Config and layers, in any order; every blob the manifest names must be here. */
  readonly config: PushBlob
  readonly layers: readonly PushBlob[]
  readonly onProgress?: ((progress: TransferProgress) => void) | undefined
}

export type BlobOutcome = 'exists' | 'mounted' | 'uploaded'

/** Sent when a blob starts, moves and ends; `outcome` only at the end. Sizes as stored (compressed). */
export interface TransferProgress {
  readonly descriptor: Descriptor
  readonly currentBytes: number
  readonly totalBytes: number
  readonly outcome?: BlobOutcome | undefined
}

export interface PushResult {
  /** The full reference that was written. */
  readonly reference: string
  readonly digest: Digest
  readonly blobs: readonly { readonly descriptor: Descriptor; readonly outcome: BlobOutcome }[]
}

export interface LoginRequest {
  /** `registry.example:5000`, `https://...`, or undefined for docker.io. */
  readonly server?: string | undefined
  readonly username: string
  readonly password: string
}

export interface LoginResult {
  /** The key under which the credentials are kept. */
  readonly server: string
  /** Docker's text: `Login Succeeded`. */
  readonly message: string
  /** Where the credentials are now: a path, or a credential helper's program. */
  readonly storedIn: string
  /** Said when the credentials lie unencrypted in a file. */
  readonly warning?: string | undefined
}

export interface LogoutResult {
  readonly server: string
  /** False when there was nothing to remove. */
  readonly removed: boolean
  readonly message: string
}

export interface RegistryOptions {
  /** Where credentials, registries.conf and proxies are looked up; `process.env` in the CLI. */
  readonly env: Env
  /** `tare/<version>`. */
  readonly userAgent: string
  /** Hosts (`registry.example:5000`) that may speak plain HTTP or show any certificate. */
  readonly insecure?: readonly string[] | undefined
  /** How many blobs move at once. Default 4. */
  readonly parallel?: number | undefined
  /** How often a request that may be repeated is repeated. Default 4. */
  readonly retries?: number | undefined
  /** First pause between attempts in milliseconds; it doubles. Default 250. */
  readonly backoffMs?: number | undefined
  /** Milliseconds without a byte after which a transfer counts as broken. Default 60 000. */
  readonly idleTimeoutMs?: number | undefined
  readonly connectTimeoutMs?: number | undefined
}

/**
 * A client of the distribution-spec. Nothing is read from disk or network, and no HTTP library is loaded, before the
 * first call. All errors are `TareError<RegistryErrorCode>`; credentials are in none of them.
 */
export interface Registry extends AsyncDisposable {
  /**
   * Finds the image of `platform` and fetches manifest and config, no layer. Raw bytes are kept and verified.
   * Throws `REGISTRY_NOT_FOUND`, `REGISTRY_UNAUTHORIZED`, `REGISTRY_NO_PLATFORM` (facts.platforms lists what there is),
   * `REGISTRY_UNREACHABLE`, `REGISTRY_DIGEST_MISMATCH`, `REGISTRY_UNSUPPORTED` (schema 1, artifacts) ...
   */
  resolve(reference: ReferenceLike, platform: Platform, signal?: AbortSignal): Promise<RemoteImage>
  /** The digest a name points at now (of the index when there is one), by HEAD where the registry answers that fully. */
  resolveDigest(reference: ReferenceLike, signal?: AbortSignal): Promise<Digest>
  /** The blobs of a repository, as stored and verified while read. No request is made before the first read. */
  blobs(repository: ReferenceLike): BlobSource
  /** Pushes blobs that are not there yet, then the manifest. Idempotent. */
  push(request: PushRequest, signal?: AbortSignal): Promise<PushResult>
  /** Checks credentials with the registry, then keeps them. Throws `REGISTRY_UNAUTHORIZED` and keeps nothing when they are wrong. */
  login(request: LoginRequest, signal?: AbortSignal): Promise<LoginResult>
  logout(server?: string): Promise<LogoutResult>
}
