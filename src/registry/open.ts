import { isTareError } from '../base/error.ts'
import {
  type BlobSource,
  type Bytes,
  type Descriptor,
  type Digest,
  type Platform,
  parseReference,
  pullReference,
  type Reference,
  withDefaultTag,
} from '../oci/index.ts'
import { readBlob } from './blob-read.ts'
import { type Endpoint, endpointsOf, isInsecureHost, isSameHost } from './config/endpoints.ts'
import { loadRegistries } from './config/load.ts'
import type { RegistryRule } from './config/registries-conf.ts'
import { connectionSettings } from './config/settings.ts'
import { type LoginContext, logIn, logOut } from './login.ts'
import { fetchManifest, headManifest } from './manifest-read.ts'
import { Origins } from './origin.ts'
import { pushTo } from './push.ts'
import type {
  LoginRequest,
  LoginResult,
  LogoutResult,
  PushRequest,
  PushResult,
  ReferenceLike,
  Registry,
  RegistryOptions,
  RemoteImage,
} from './registry.ts'
import { Remote } from './remote.ts'
import { manifestSubject, resolveAt } from './resolve.ts'
import { Client } from './transport/client.ts'
import type { ConnectionSettings } from './transport/connection.ts'
import { Http } from './transport/http.ts'
import type { RetryPolicy } from './transport/retry.ts'

/** Opens a client. Costs nothing until the first call. */
export function openRegistry(options: RegistryOptions): Registry {
  return new DistributionRegistry(options)
}

class DistributionRegistry implements Registry {
  readonly #options: RegistryOptions
  readonly #policy: RetryPolicy
  readonly #http: Http
  readonly #client: Client
  readonly #origins: Origins
  readonly #remotes = new Map<string, Remote>()
  #rules: Promise<RegistryRule[]> | undefined

  constructor(options: RegistryOptions) {
    const { env, userAgent, connectTimeoutMs = 15_000, idleTimeoutMs = 60_000 } = options
    const settingsOf = (host: string): Promise<ConnectionSettings> => this.#settingsOf(host)
    this.#options = options
    this.#policy = { retries: options.retries ?? 4, backoffMs: options.backoffMs ?? 250 }
    this.#http = new Http({ env, userAgent, connectTimeoutMs, idleTimeoutMs })
    this.#client = new Client(this.#http, settingsOf, this.#policy)
    this.#origins = new Origins(this.#http, settingsOf)
  }

  async resolve(asked: ReferenceLike, platform: Platform, signal?: AbortSignal): Promise<RemoteImage> {
    const reference = withDefaultTag(parsed(asked))
    const remotes = await this.#pullRemotes(reference)
    const image = await firstThatHas(remotes, signal, remote => {
      const blobs = this.#blobsOf(async () => [remote, ...remotes.filter(other => other !== remote)])
      return resolveAt(remote, blobs, reference, platform, signal)
    })
    return image
  }

  async resolveDigest(asked: ReferenceLike, signal?: AbortSignal): Promise<Digest> {
    const reference = withDefaultTag(parsed(asked))
    const subject = manifestSubject(reference)
    const name = reference.digest ?? reference.tag ?? ''
    return await firstThatHas(await this.#pullRemotes(reference), signal, async remote => {
      const said = await headManifest(remote, name, subject, signal)
      return said ?? (await fetchManifest(remote, name, subject, {}, signal)).descriptor.digest
    })
  }

  blobs(repository: ReferenceLike): BlobSource {
    const reference = parsed(repository)
    return this.#blobsOf(() => this.#pullRemotes(reference))
  }

  async push(request: PushRequest, signal?: AbortSignal): Promise<PushResult> {
    const reference = withDefaultTag(parsed(request.reference))
    const rules = await this.#loadRules()
    const primary = endpointsOf(reference, rules).at(-1) as Endpoint
    const placeOf = (repository: string): Endpoint | undefined => placeToMountFrom(repository, rules)
    const options = { parallel: this.#options.parallel ?? 4, policy: this.#policy, placeOf }
    return await pushTo(this.#remote(primary, 'pull,push'), reference, request, options, signal)
  }

  login(request: LoginRequest, signal?: AbortSignal): Promise<LoginResult> {
    return logIn(this.#loginContext(), request, signal)
  }

  logout(server?: string): Promise<LogoutResult> {
    return logOut(this.#loginContext(), server)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#http[Symbol.asyncDispose]()
  }

  #loginContext(): LoginContext {
    return { env: this.#options.env, client: this.#client, origins: this.#origins }
  }

  #blobsOf(remotes: () => Promise<readonly Remote[]>): BlobSource {
    const policy = this.#policy
    return { open: (descriptor, signal) => readFromFirst(remotes, descriptor, policy, signal) }
  }

  async #pullRemotes(reference: Reference): Promise<Remote[]> {
    const endpoints = endpointsOf(pullReference(reference), await this.#loadRules())
    return endpoints.map(endpoint => this.#remote(endpoint, 'pull'))
  }

  /** One for each repository and right, so that tokens are shared. */
  #remote(endpoint: Endpoint, actions: 'pull' | 'pull,push'): Remote {
    const key = `${endpoint.host}/${endpoint.path} ${actions} ${endpoint.mirror}`
    const found =
      this.#remotes.get(key) ?? new Remote(endpoint, this.#client, this.#origins, this.#options.env, actions)
    this.#remotes.set(key, found)
    return found
  }

  async #settingsOf(host: string): Promise<ConnectionSettings> {
    const listed = (this.#options.insecure ?? []).some(name => isSameHost(name, host))
    const insecure = listed || isInsecureHost(host, await this.#loadRules())
    return connectionSettings(host, insecure, this.#options.env)
  }

  #loadRules(): Promise<RegistryRule[]> {
    this.#rules ??= loadRegistries(this.#options.env)
    return this.#rules
  }
}

function parsed(reference: ReferenceLike): Reference {
  return typeof reference === 'string' ? parseReference(reference) : reference
}

/** Where a repository is, undefined when its registry is blocked: then it is no place to mount from. */
function placeToMountFrom(repository: string, rules: readonly RegistryRule[]): Endpoint | undefined {
  try {
    return endpointsOf(parseReference(repository), rules).at(-1)
  } catch (error) {
    if (isTareError(error, 'REGISTRY_BLOCKED')) return undefined
    throw error
  }
}

/** Mirrors may fail; what the registry itself says, last, is what counts. */
async function firstThatHas<T>(
  remotes: readonly Remote[],
  signal: AbortSignal | undefined,
  attempt: (remote: Remote) => Promise<T>,
): Promise<T> {
  for (const remote of remotes.slice(0, -1)) {
    try {
      return await attempt(remote)
    } catch (error) {
      signal?.throwIfAborted()
      if (!isTareError(error)) throw error
    }
  }
  return await attempt(remotes.at(-1) as Remote)
}

/** A mirror that lacks a blob is passed over, but one that fails in the middle is not. */
async function* readFromFirst(
  remotes: () => Promise<readonly Remote[]>,
  blob: Descriptor,
  policy: RetryPolicy,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const places = await remotes()
  for (const [i, remote] of places.entries()) {
    const content: Bytes = readBlob(remote, blob, policy, signal)
    let begun = false
    try {
      for await (const chunk of content) {
        begun = true
        yield chunk
      }
      return
    } catch (error) {
      signal?.throwIfAborted()
      if (begun || i === places.length - 1 || !isTareError(error)) throw error
    }
  }
}
