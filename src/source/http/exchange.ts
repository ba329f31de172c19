import type { Dispatcher } from 'undici'
import { messageOf } from '../../base/error.ts'
import { hideCredentials } from '../../base/hide-credentials.ts'
import { sourceError } from '../errors.ts'
import type { Network } from './network.ts'

export interface Answer {
  readonly status: number
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  /** Must be read to its end or given to `discard`. */
  readonly body: AsyncIterable<Uint8Array>
  discard(): Promise<void>
}

export interface ExchangeOptions {
  readonly network: Network
  readonly userAgent: string
  /** Sent beside what every request has. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** Milliseconds until a connection, and between its bytes; 15 s and 60 s when not given. */
  readonly timeouts?: { readonly connectMs: number; readonly idleMs: number } | undefined
  readonly signal?: AbortSignal | undefined
}

/** As docker build has it. */
const MAX_REDIRECTS = 10
const TIMEOUTS = { connectMs: 15_000, idleMs: 60_000 }

/** Answers to GET requests, redirects followed; all connections end with it. */
export class Exchange implements AsyncDisposable {
  readonly #options: ExchangeOptions
  readonly #dispatchers: Dispatcher[] = []

  constructor(options: ExchangeOptions) {
    this.#options = options
  }

  /** Throws `SOURCE_DOWNLOAD_FAILED`. The answer's status may be anything but a redirect. */
  async get(asked: string): Promise<Answer> {
    let url = parsed(asked)
    let authorization = basicOf(url)
    for (let n = 0; n <= MAX_REDIRECTS; n++) {
      const answer = await this.#send(asked, url, authorization)
      const { location } = answer.headers
      if (answer.status < 300 || answer.status >= 400 || typeof location !== 'string') return answer
      await answer.discard()
      const next = redirected(asked, url, location)
      if (next.origin !== url.origin) authorization = undefined
      url = next
    }
    throw downloadFailed(asked, `more than ${MAX_REDIRECTS} redirects`)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#dispatchers.map(dispatcher => dispatcher.destroy()))
  }

  async #send(asked: string, url: URL, authorization: string | undefined): Promise<Answer> {
    const { signal, userAgent, headers } = this.#options
    const { request } = await import('./undici.ts')
    const bare = withoutUser(url)
    try {
      const answer = await request(bare, {
        headers: {
          'user-agent': userAgent,
          'accept-encoding': 'identity',
          ...headers,
          ...(authorization === undefined ? {} : { authorization }),
        },
        dispatcher: await this.#dispatcherFor(bare),
        ...(signal ? { signal } : {}),
      })
      const discard = (): Promise<void> => answer.body.dump({ limit: 64 * 1024 }).catch(() => undefined)
      return { status: answer.statusCode, headers: answer.headers, body: answer.body, discard }
    } catch (error) {
      signal?.throwIfAborted()
      throw unreachable(asked, error)
    }
  }

  async #dispatcherFor(url: URL): Promise<Dispatcher> {
    const { network, timeouts = TIMEOUTS } = this.#options
    const { Agent, ProxyAgent } = await import('./undici.ts')
    const tls = url.protocol === 'https:' ? { ca: [...(await network.authorities())] } : {}
    const connect = { ...tls, timeout: timeouts.connectMs }
    const idle = { headersTimeout: timeouts.idleMs, bodyTimeout: timeouts.idleMs }
    const proxy = network.proxyFor(url)
    const made =
      proxy === undefined
        ? new Agent({ ...idle, connect })
        : new ProxyAgent({
            ...idle,
            uri: proxy,
            requestTls: connect,
            connect,
            proxyTls: { timeout: timeouts.connectMs },
          })
    this.#dispatchers.push(made)
    return made
  }
}

function parsed(asked: string): URL {
  const url = URL.parse(asked)
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url
  throw downloadFailed(asked, url === null ? 'it is no URL' : `cannot speak ${url.protocol}`)
}

function redirected(asked: string, from: URL, location: string): URL {
  const next = URL.parse(location, from.href)
  if (next?.protocol !== 'http:' && next?.protocol !== 'https:')
    throw downloadFailed(asked, 'redirected to something that is no web address')
  if (from.protocol === 'https:' && next.protocol !== 'https:')
    throw downloadFailed(asked, 'redirected from https to an unencrypted address')
  return withoutUser(next)
}

function withoutUser(url: URL): URL {
  const bare = new URL(url)
  bare.username = ''
  bare.password = ''
  return bare
}

function basicOf({ username, password }: URL): string | undefined {
  if (username === '' && password === '') return undefined
  return `Basic ${Buffer.from(`${decode(username)}:${decode(password)}`).toString('base64')}`
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** Happy-eyeballs failures come as an AggregateError with an empty message. */
function unreachable(url: string, error: unknown): Error {
  const first = error instanceof AggregateError && error.errors.length > 0 ? error.errors[0] : error
  return downloadFailed(url, messageOf(first) || 'the connection failed', { cause: error })
}

export function downloadFailed(
  url: string,
  cause: string,
  more: { readonly status?: number; readonly hint?: string | undefined; readonly cause?: unknown } = {},
): Error {
  const shown = hideCredentials(url)
  return sourceError('SOURCE_DOWNLOAD_FAILED', `downloading ${shown}: ${cause}`, {
    hint: more.hint,
    cause: more.cause,
    facts: { url: shown, status: more.status },
  })
}
