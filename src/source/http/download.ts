import { createHash } from 'node:crypto'
import type { Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { messageOf, TareError } from '../../base/error.ts'
import { type Digest, digestAlgorithm } from '../../oci/index.ts'
import type { SourceErrorCode } from '../errors.ts'

export interface DownloadOptions {
  /** Opened only when the answer is good. */
  readonly sink: () => Writable
  readonly checksum?: Digest | undefined
  readonly userAgent: string
  readonly signal?: AbortSignal | undefined
}

/** Streams an HTTP(S) resource into a sink; redirects are followed, but never from https to http. */
export async function download(
  url: string,
  options: DownloadOptions,
): Promise<{ readonly lastModifiedMs: number | undefined }> {
  const response = await request(url, options)
  const hash = createHash(options.checksum ? digestAlgorithm(options.checksum) : 'sha256')
  await pipeline(response.body as AsyncIterable<Uint8Array>, hashing(hash), options.sink())
  compareChecksum(url, options.checksum, hash.digest('hex'))
  const modified = Date.parse(response.headers.get('last-modified') ?? '')
  return { lastModifiedMs: Number.isNaN(modified) ? undefined : modified }
}

/** As docker build and fetch have it. */
const MAX_REDIRECTS = 10

async function request(url: string, options: DownloadOptions): Promise<Response> {
  let current = new URL(url)
  for (let n = 0; n <= MAX_REDIRECTS; n++) {
    const response = await answer(current, options)
    const location = response.headers.get('location')
    if (response.status < 300 || response.status >= 400 || location === null) return accepted(url, response)
    await response.body?.cancel()
    const next = new URL(location, current)
    if (current.protocol === 'https:' && next.protocol !== 'https:')
      throw failed(url, 'redirected from https to an unencrypted address')
    current = next
  }
  throw failed(url, `more than ${MAX_REDIRECTS} redirects`)
}

async function answer(url: URL, options: DownloadOptions): Promise<Response> {
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw failed(url.href, `cannot speak ${url.protocol}`)
  try {
    const { signal, userAgent } = options
    return await fetch(url, {
      redirect: 'manual',
      headers: { 'user-agent': userAgent, 'accept-encoding': 'identity' },
      ...(signal ? { signal } : {}),
    })
  } catch (error) {
    options.signal?.throwIfAborted()
    throw failed(url.href, messageOf((error as Error).cause ?? error))
  }
}

function accepted(url: string, response: Response): Response {
  if (response.ok && response.body) return response
  throw failed(url, `invalid response status ${response.status}`, response.status)
}

function hashing(hash: ReturnType<typeof createHash>) {
  return async function* (chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      hash.update(chunk)
      yield chunk
    }
  }
}

function compareChecksum(url: string, expected: Digest | undefined, hex: string): void {
  if (expected === undefined) return
  const actual = `${digestAlgorithm(expected)}:${hex}`
  if (actual === expected) return
  throw new TareError<SourceErrorCode>(
    'SOURCE_CHECKSUM_MISMATCH',
    `downloading ${url}: expected ${expected}, got ${actual}`,
    {
      facts: { url, expected, actual },
    },
  )
}

function failed(url: string, cause: string, status?: number): TareError<SourceErrorCode> {
  return new TareError('SOURCE_DOWNLOAD_FAILED', `downloading ${url}: ${cause}`, { facts: { url, status } })
}
