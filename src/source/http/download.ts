import { createHash, type Hash } from 'node:crypto'
import type { Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { isTareError, messageOf } from '../../base/error.ts'
import { hideCredentials } from '../../base/hide-credentials.ts'
import { systemError } from '../../base/system-error.ts'
import { type Digest, digestAlgorithm } from '../../oci/index.ts'
import { sourceError } from '../errors.ts'
import { type Answer, downloadFailed, Exchange, type ExchangeOptions } from './exchange.ts'

export interface DownloadOptions extends Omit<ExchangeOptions, 'headers'> {
  /** Opened only when the answer is good. */
  readonly sink: () => Writable
  readonly checksum?: Digest | undefined
  /** What the server gave with the same URL before: where it still does, nothing is downloaded. */
  readonly knownEtag?: string | undefined
}

export type Download =
  /** Nothing was written: it is what `knownEtag` stands for. */
  | { readonly unchanged: true }
  | {
      readonly unchanged: false
      /** By sha256, or the checksum's algorithm. */
      readonly digest: Digest
      readonly lastModifiedMs: number | undefined
      readonly etag: string | undefined
      /** `text/plain; charset=utf-8` as the server wrote it. */
      readonly contentType: string | undefined
    }

/**
 * Streams an HTTP(S) resource into a sink. Redirects are followed, never from https to http; a password goes to no other
 * origin than the URL's own. Throws `SOURCE_DOWNLOAD_FAILED` and `SOURCE_CHECKSUM_MISMATCH`.
 */
export async function download(url: string, options: DownloadOptions): Promise<Download> {
  const { knownEtag } = options
  const headers = knownEtag === undefined ? {} : { 'if-none-match': knownEtag }
  await using exchange = new Exchange({ ...options, headers })
  const answer = await exchange.get(url)
  if (answer.status === 304 && knownEtag !== undefined) {
    await answer.discard()
    return { unchanged: true }
  }
  await assertGood(url, answer)
  const digest = await save(url, answer, options)
  const modified = Date.parse(header(answer, 'last-modified') ?? '')
  return {
    unchanged: false,
    digest,
    lastModifiedMs: Number.isNaN(modified) ? undefined : modified,
    etag: header(answer, 'etag'),
    contentType: header(answer, 'content-type'),
  }
}

async function assertGood(url: string, answer: Answer): Promise<void> {
  const { status } = answer
  // As BuildKit has it: what is no redirect after all is an answer.
  if (status >= 200 && status < 400 && status !== 304) return
  await answer.discard()
  const wantsLogin = status === 401 || status === 403
  const hint = wantsLogin
    ? 'Is it public? A build cannot log in there: download it first and COPY it.'
    : status === 404
      ? 'Is the address right?'
      : undefined
  throw downloadFailed(url, `invalid response status ${status}`, { status, hint })
}

async function save(url: string, answer: Answer, { sink, checksum, signal }: DownloadOptions): Promise<Digest> {
  const algorithm = checksum ? digestAlgorithm(checksum) : 'sha256'
  const hash = createHash(algorithm)
  // Whoever encodes although it was not asked to is understood, as by BuildKit.
  const encoded = /^(x-)?gzip$/i.test(header(answer, 'content-encoding') ?? '')
  try {
    const body = fromServer(answer.body)
    if (encoded) await pipeline(body, createGunzip(), hashing(hash), sink())
    else await pipeline(body, hashing(hash), sink())
  } catch (error) {
    signal?.throwIfAborted()
    if (error instanceof BrokenBody) throw downloadFailed(url, `it broke off: ${error.message}`, { cause: error.cause })
    throw isTareError(error) ? error : (systemError(error) ?? downloadFailed(url, messageOf(error), { cause: error }))
  }
  const digest = `${algorithm}:${hash.digest('hex')}` as Digest
  if (checksum !== undefined && digest !== checksum) throw mismatch(url, checksum, digest)
  return digest
}

/** A failure of the connection, not of the disk. */
class BrokenBody extends Error {}

async function* fromServer(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* body
  } catch (error) {
    throw new BrokenBody(messageOf(error), { cause: error })
  }
}

function hashing(hash: Hash) {
  return async function* (chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      hash.update(chunk)
      yield chunk
    }
  }
}

function header({ headers }: Answer, name: string): string | undefined {
  const value = headers[name]
  return Array.isArray(value) ? value[0] : value
}

function mismatch(url: string, expected: Digest, actual: Digest): Error {
  const shown = hideCredentials(url)
  return sourceError('SOURCE_CHECKSUM_MISMATCH', `downloading ${shown}: expected ${expected}, got ${actual}`, {
    facts: { url: shown, expected, actual },
  })
}
