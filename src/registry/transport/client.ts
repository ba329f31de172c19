import type { TareError } from '../../base/error.ts'
import { messageOf } from '../../base/error.ts'
import { type RegistryErrorCode, registryError } from '../errors.ts'
import type { ConnectionSettings } from './connection.ts'
import type { Http, HttpRequest, HttpResponse } from './http.ts'
import { isRedirect, refuse, resolveLocation } from './redirect.ts'
import { isPassingError, isPassingStatus, pause, pauseBefore, type RetryPolicy } from './retry.ts'

const MAX_REDIRECTS = 10

/** Finds the settings of a host that a redirect or a token realm leads to. */
export type SettingsOf = (host: string) => Promise<ConnectionSettings>

export interface SendOptions {
  /** A request that may be repeated: idempotent, or known to have had no effect. */
  readonly repeatable: boolean
}

/** Requests with retries and redirects. Credentials in `authorization` never leave the origin they were meant for. */
export class Client {
  readonly #http: Http
  readonly #settingsOf: SettingsOf
  readonly #policy: RetryPolicy

  constructor(http: Http, settingsOf: SettingsOf, policy: RetryPolicy) {
    this.#http = http
    this.#settingsOf = settingsOf
    this.#policy = policy
  }

  /**
   * Sends a request and gives whatever answer came in the end; only 5xx and 429 are retried, others are the caller's.
   * Throws `REGISTRY_UNREACHABLE` when no answer came, `REGISTRY_REDIRECT_REFUSED`, or the signal's reason.
   */
  async send(request: HttpRequest, options: SendOptions): Promise<HttpResponse> {
    for (let attempt = 1; ; attempt++) {
      const last = !options.repeatable || attempt > this.#policy.retries
      const answer = await this.#attempt(request, last)
      const wait = answer && (last || !isPassingStatus(answer.status)) ? undefined : this.#pauseAfter(attempt, answer)
      if (answer && wait === undefined) return answer
      await answer?.discard()
      await pause(wait ?? 0, request.signal)
    }
  }

  #pauseAfter(attempt: number, answer: HttpResponse | undefined): number | undefined {
    return pauseBefore(attempt, this.#policy, answer?.headers['retry-after'])
  }

  /** Undefined when the connection failed in a way that may pass, and another attempt is left. */
  async #attempt(request: HttpRequest, last: boolean): Promise<HttpResponse | undefined> {
    try {
      return await this.#follow(request)
    } catch (error) {
      request.signal?.throwIfAborted()
      if (!last && isPassingError(error)) return undefined
      throw isRefusal(error) ? error : unreachable(request.url, error)
    }
  }

  async #follow(request: HttpRequest): Promise<HttpResponse> {
    let current = request
    for (let hops = 0; ; hops++) {
      const settings = await this.#settingsOf(current.url.host)
      if (current.url.protocol === 'http:' && !settings.plainHttp) throw refusePlainHttp(current.url)
      const answer = await this.#http.send(current, settings)
      if (!isRedirect(answer.status)) return answer
      await answer.discard()
      if (hops === MAX_REDIRECTS) throw refuse(request.url, `more than ${MAX_REDIRECTS} in a row`)
      current = await this.#redirected(current, answer)
    }
  }

  async #redirected(request: HttpRequest, answer: HttpResponse): Promise<HttpRequest> {
    const keepsMethod = answer.status >= 307 || request.method === 'GET' || request.method === 'HEAD'
    if (!keepsMethod) throw refuse(request.url, `a ${request.method} answered with status ${answer.status}`)
    const { url, sameOrigin } = resolveLocation(request.url, answer.headers['location'])
    const { authorization, ...open } = request.headers
    return { ...request, url, headers: sameOrigin && authorization !== undefined ? { ...open, authorization } : open }
  }
}

function refusePlainHttp(url: URL): Error {
  return registryError('REGISTRY_REDIRECT_REFUSED', `talking to ${url.host}: plain HTTP is only for this machine`, {
    hint: 'Mark the registry as insecure in registries.conf if it is meant.',
    facts: { host: url.host },
  })
}

function isRefusal(error: unknown): boolean {
  return String((error as { code?: unknown }).code).startsWith('REGISTRY_')
}

export function unreachable(url: URL, cause: unknown): TareError<RegistryErrorCode> {
  return registryError('REGISTRY_UNREACHABLE', `reaching registry ${url.host}: ${reasonOf(cause)}`, {
    cause,
    facts: { host: url.host },
  })
}

/** Happy-eyeballs failures come as an AggregateError with an empty message. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return messageOf(error.errors[0])
  return messageOf(error) || 'connection failed'
}
