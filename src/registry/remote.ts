import { Authorizer } from './auth/authorizer.ts'
import { findCredentials } from './auth/credentials.ts'
import type { Endpoint } from './config/endpoints.ts'
import type { Env } from './env.ts'
import type { Origins } from './origin.ts'
import type { Client } from './transport/client.ts'
import type { HttpMethod, HttpRequest, HttpResponse } from './transport/http.ts'

export interface RemoteRequest {
  readonly method: HttpMethod
  /** Path below `/v2/<repository>/`, or a whole URL that the registry gave. */
  readonly target: string | URL
  readonly headers?: Readonly<Record<string, string>> | undefined
  readonly body?: HttpRequest['body']
  /** Other repositories to be read along with this one (mount sources). */
  readonly alsoPull?: readonly string[] | undefined
  readonly repeatable: boolean
  readonly signal?: AbortSignal | undefined
}

/** One repository at one registry host: requests with the right scheme and credentials. */
export class Remote {
  readonly endpoint: Endpoint
  readonly #client: Client
  readonly #origins: Origins
  readonly #actions: string
  readonly #env: Env
  #authorizer: Authorizer | undefined

  constructor(endpoint: Endpoint, client: Client, origins: Origins, env: Env, actions: 'pull' | 'pull,push') {
    this.endpoint = endpoint
    this.#client = client
    this.#origins = origins
    this.#env = env
    this.#actions = actions
  }

  /** Sends, and answers one challenge. Credentials go to the registry's own origin only. */
  async send(request: RemoteRequest): Promise<HttpResponse> {
    const { signal } = request
    const origin = await this.#origins.of(this.endpoint, signal)
    const url =
      request.target instanceof URL ? request.target : new URL(`/v2/${this.endpoint.path}/${request.target}`, origin)
    const scopes = this.#scopes(request)
    const ours = url.origin === origin.origin
    const authorizer = this.#authorizerFor(origin)
    const sent = ours ? await authorizer.known(scopes, signal) : undefined
    const answer = await this.#attempt(request, url, sent)
    if (answer.status !== 401 || !ours || answer.url.origin !== origin.origin) return answer
    const header = await authorizer.answer(answer, scopes, sent, signal)
    if (header === undefined) return answer
    await answer.discard()
    return await this.#attempt(request, url, header)
  }

  #attempt(request: RemoteRequest, url: URL, authorization: string | undefined): Promise<HttpResponse> {
    const headers = { ...request.headers, ...(authorization === undefined ? {} : { authorization }) }
    const { method, body, signal, repeatable } = request
    return this.#client.send({ method, url, headers, body, signal }, { repeatable })
  }

  #scopes(request: RemoteRequest): string[] {
    const others = (request.alsoPull ?? []).map(path => `repository:${path}:pull`)
    return [`repository:${this.endpoint.path}:${this.#actions}`, ...others]
  }

  #authorizerFor(origin: URL): Authorizer {
    const { name, path } = this.endpoint
    this.#authorizer ??= new Authorizer(this.#client, origin, signal => findCredentials(this.#env, name, path, signal))
    return this.#authorizer
  }
}
