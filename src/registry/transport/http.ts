import { Readable } from 'node:stream'
import type { Dispatcher } from 'undici'
import type { Bytes } from '../../oci/index.ts'
import type { Env } from '../env.ts'
import type { ConnectionSettings, TlsSettings } from './connection.ts'
import { proxyFor } from './proxy.ts'

export type HttpMethod = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH'

export interface HttpRequest {
  readonly method: HttpMethod
  readonly url: URL
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  /** Called once for each attempt. */
  readonly body?: (() => Bytes | Uint8Array) | undefined
  readonly signal?: AbortSignal | undefined
}

export interface HttpResponse {
  readonly status: number
  /** Lower-case names; repeated ones joined with `, `. */
  readonly headers: Readonly<Record<string, string>>
  /** The URL that answered, after redirects. */
  readonly url: URL
  /** Must be read to its end, left by a `break`, or given to `discard`. */
  readonly body: Bytes
  discard(): Promise<void>
}

export interface HttpOptions {
  readonly env: Env
  readonly userAgent: string
  readonly connectTimeoutMs: number
  readonly idleTimeoutMs: number
}

/** A registry may think for long before it answers an upload: it hashes what it got. */
const MIN_ANSWER_TIMEOUT_MS = 300_000

/** One exchange over undici, which is loaded at the first one (its import takes about 75 ms). No redirects, no retries. */
export class Http implements AsyncDisposable {
  readonly #options: HttpOptions
  readonly #dispatchers = new Map<string, Dispatcher>()

  constructor(options: HttpOptions) {
    this.#options = options
  }

  async send(request: HttpRequest, settings: ConnectionSettings): Promise<HttpResponse> {
    const undici = await import('./undici.ts')
    const { method, url, signal } = request
    const body = request.body?.() ?? null
    const answer = await undici.request(url, {
      method,
      headers: { 'user-agent': this.#options.userAgent, ...request.headers },
      body: body === null || body instanceof Uint8Array ? body : Readable.from(body, { objectMode: false }),
      dispatcher: await this.#dispatcherFor(url, settings),
      ...(signal === undefined ? {} : { signal }),
    })
    return {
      status: answer.statusCode,
      headers: joinHeaders(answer.headers),
      url,
      body: answer.body,
      discard: () => answer.body.dump({ limit: 64 * 1024 }).catch(() => undefined),
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const open = [...this.#dispatchers.values()]
    this.#dispatchers.clear()
    await Promise.all(open.map(dispatcher => dispatcher.destroy()))
  }

  async #dispatcherFor(url: URL, settings: ConnectionSettings): Promise<Dispatcher> {
    const proxy = proxyFor(url, this.#options.env)
    const key = `${url.protocol} ${settings.key} ${proxy ?? ''}`
    const found = this.#dispatchers.get(key)
    if (found !== undefined) return found
    const made = await this.#open(url.protocol === 'https:' ? await settings.tls() : {}, proxy)
    const raced = this.#dispatchers.get(key)
    if (raced !== undefined) return raced
    this.#dispatchers.set(key, made)
    return made
  }

  async #open(tls: TlsSettings, proxy: string | undefined): Promise<Dispatcher> {
    const { Agent, ProxyAgent } = await import('./undici.ts')
    const timeouts = {
      headersTimeout: Math.max(this.#options.idleTimeoutMs, MIN_ANSWER_TIMEOUT_MS),
      bodyTimeout: this.#options.idleTimeoutMs,
    }
    const connect = { ...tls, timeout: this.#options.connectTimeoutMs }
    if (proxy === undefined) return new Agent({ ...timeouts, connect })
    return new ProxyAgent({
      ...timeouts,
      uri: proxy,
      requestTls: connect,
      connect,
      proxyTls: { timeout: connect.timeout },
    })
  }
}

function joinHeaders(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  const out: Record<string, string> = Object.create(null)
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) out[name] = Array.isArray(value) ? value.join(', ') : value
  }
  return out
}
