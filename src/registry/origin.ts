import type { Endpoint } from './config/endpoints.ts'
import type { SettingsOf } from './transport/client.ts'
import { unreachable } from './transport/client.ts'
import { isLoopback } from './transport/connection.ts'
import type { Http } from './transport/http.ts'

/**
 * Finds out how a host is spoken to. Always https, but for hosts that may speak plain HTTP one request without any
 * credentials settles it: plain HTTP first on loopback, https first elsewhere.
 */
export class Origins {
  readonly #http: Http
  readonly #settingsOf: SettingsOf
  readonly #found = new Map<string, Promise<URL>>()

  constructor(http: Http, settingsOf: SettingsOf) {
    this.#http = http
    this.#settingsOf = settingsOf
  }

  of(endpoint: Pick<Endpoint, 'host'>, signal?: AbortSignal): Promise<URL> {
    const known = this.#found.get(endpoint.host)
    if (known !== undefined) return known
    const finding = this.#find(endpoint.host, signal)
    this.#found.set(endpoint.host, finding)
    finding.catch(() => this.#found.delete(endpoint.host))
    return finding
  }

  async #find(host: string, signal?: AbortSignal): Promise<URL> {
    const { plainHttp } = await this.#settingsOf(host)
    const secure = new URL(`https://${host}/`)
    if (!plainHttp) return secure
    const plain = new URL(`http://${host}/`)
    const order = isLoopback(host) ? [plain, secure] : [secure, plain]
    const failures: unknown[] = []
    for (const origin of order) {
      try {
        if (await this.#speaks(origin, signal)) return origin
      } catch (error) {
        signal?.throwIfAborted()
        failures.push(error)
      }
    }
    throw unreachable(plain, failures.findLast(error => !isNoTls(error)) ?? failures.at(-1))
  }

  /** False for a TLS server that answers plain HTTP with 400, as Go's and nginx do. */
  async #speaks(origin: URL, signal?: AbortSignal): Promise<boolean> {
    const settings = await this.#settingsOf(origin.host)
    const url = new URL('/v2/', origin)
    const answer = await this.#http.send({ method: 'GET', url, headers: {}, signal }, settings)
    await answer.discard()
    return origin.protocol === 'https:' || answer.status !== 400
  }
}

/** The other side does not speak TLS at all: the failure over plain HTTP says more. */
function isNoTls(error: unknown): boolean {
  return /^(ERR_SSL_|EPROTO)/.test(String((error as { code?: unknown }).code))
}
