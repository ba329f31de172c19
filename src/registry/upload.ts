import type { Bytes, Descriptor } from '../oci/index.ts'
import { errorOfAnswer, type Subject } from './error-answer.ts'
import { registryError } from './errors.ts'
import type { BlobOutcome, PushBlob } from './registry.ts'
import type { Remote } from './remote.ts'
import type { HttpResponse } from './transport/http.ts'
import { resolveLocation } from './transport/redirect.ts'

/** Pieces for a registry that does not take a blob in one request. */
const MIN_CHUNK_BYTES = 8 * 1024 * 1024
const MAX_CHUNK_BYTES = 128 * 1024 * 1024
/** Answers to a monolithic upload that mean "not in one piece". */
const WANTS_CHUNKS = new Set([405, 413, 416, 501])

export interface Upload {
  readonly remote: Remote
  readonly subject: Subject
  readonly blob: PushBlob
  /** Repositories on the same registry that may hold the blob. */
  readonly mountFrom: readonly string[]
  readonly onBytes: (sentBytes: number) => void
  readonly signal?: AbortSignal | undefined
}

/** Brings one blob to the registry, sending it only if it is neither there nor mountable (distribution-spec, Pushing blobs). */
export async function uploadBlob(upload: Upload): Promise<BlobOutcome> {
  if (await isThere(upload)) return 'exists'
  const session = await startSession(upload)
  if (session === 'mounted') return 'mounted'
  await sendWhole(upload, session)
  return 'uploaded'
}

async function isThere(upload: Upload): Promise<boolean> {
  const { remote, blob, signal } = upload
  const answer = await remote.send({
    method: 'HEAD',
    target: `blobs/${blob.descriptor.digest}`,
    repeatable: true,
    signal,
  })
  if (answer.status === 200) {
    await answer.discard()
    const length = answer.headers['content-length']
    return length === undefined || Number(length) === blob.descriptor.size
  }
  if (answer.status !== 404) throw await errorOfAnswer(answer, upload.subject)
  await answer.discard()
  return false
}

/** The URL to upload to, or `mounted`. A refused mount is no error: the registry opens an ordinary upload instead. */
async function startSession(upload: Upload): Promise<URL | 'mounted'> {
  for (const from of upload.mountFrom) {
    const query = `?mount=${encodeURIComponent(upload.blob.descriptor.digest)}&from=${encodeURIComponent(from)}`
    const answer = await post(upload, query, [from])
    if (answer.status === 201) {
      await answer.discard()
      return 'mounted'
    }
    if (answer.status === 202) return await locationOf(answer)
    await answer.discard()
  }
  const answer = await post(upload, '', [])
  if (answer.status !== 202) throw await errorOfAnswer(answer, upload.subject)
  return await locationOf(answer)
}

/** Opening an upload twice does no harm: the registry drops what nobody finishes. */
function post(upload: Upload, query: string, alsoPull: readonly string[]): Promise<HttpResponse> {
  const headers = { 'content-length': '0' }
  const target = `blobs/uploads/${query}`
  const request = { method: 'POST' as const, target, headers, body: () => Buffer.alloc(0), alsoPull, repeatable: true }
  return upload.remote.send({ ...request, signal: upload.signal })
}

async function locationOf(answer: HttpResponse): Promise<URL> {
  await answer.discard()
  return resolveLocation(answer.url, answer.headers['location']).url
}

async function sendWhole(upload: Upload, session: URL): Promise<void> {
  const { remote, blob, signal } = upload
  const headers = { 'content-type': 'application/octet-stream', 'content-length': String(blob.descriptor.size) }
  const source = new CountedSource(blob, upload.onBytes, signal)
  const target = withDigest(session, blob.descriptor)
  const request = { method: 'PUT' as const, target, headers, body: () => source.open(), repeatable: false, signal }
  const answer = await remote.send(request).catch(error => {
    throw source.failure ?? error
  })
  if (WANTS_CHUNKS.has(answer.status)) return await restartInChunks(upload, answer)
  await finish(upload, answer)
}

async function restartInChunks(upload: Upload, refusal: HttpResponse): Promise<void> {
  await refusal.discard()
  const answer = await post(upload, '', [])
  if (answer.status !== 202) throw await errorOfAnswer(answer, upload.subject)
  const asked = Number(answer.headers['oci-chunk-min-length'] ?? 0)
  const chunkBytes = Math.min(MAX_CHUNK_BYTES, Math.max(MIN_CHUNK_BYTES, asked || 0))
  await sendChunks(upload, await locationOf(answer), chunkBytes)
}

async function sendChunks(upload: Upload, session: URL, chunkBytes: number): Promise<void> {
  let at = session
  let offset = 0
  for await (const chunk of inChunks(upload.blob.open(upload.signal), chunkBytes)) {
    const answer = await patch(upload, at, chunk, offset)
    if (answer.status !== 202) throw await errorOfAnswer(answer, upload.subject)
    at = await locationOf(answer)
    offset += chunk.length
    upload.onBytes(offset)
  }
  const target = withDigest(at, upload.blob.descriptor)
  const headers = { 'content-length': '0' }
  const request = { method: 'PUT' as const, target, headers, body: () => Buffer.alloc(0), repeatable: false }
  await finish(upload, await upload.remote.send({ ...request, signal: upload.signal }))
}

function patch(upload: Upload, target: URL, chunk: Uint8Array, offset: number): Promise<HttpResponse> {
  const headers = {
    'content-type': 'application/octet-stream',
    'content-length': String(chunk.length),
    'content-range': `${offset}-${offset + chunk.length - 1}`,
  }
  return upload.remote.send({
    method: 'PATCH',
    target,
    headers,
    body: () => chunk,
    repeatable: false,
    signal: upload.signal,
  })
}

async function finish(upload: Upload, answer: HttpResponse): Promise<void> {
  if (answer.status !== 201 && answer.status !== 204) throw await errorOfAnswer(answer, upload.subject)
  await answer.discard()
  const { digest } = upload.blob.descriptor
  const said = answer.headers['docker-content-digest']
  if (said === undefined || said === digest) return
  throw registryError('REGISTRY_DIGEST_MISMATCH', `pushing blob: expected ${digest}, ${answer.url.host} got another`, {
    facts: { reference: upload.subject.reference, host: answer.url.host, expected: digest, actual: said },
  })
}

/** The session's own query is opaque and may be signed: nothing in it is written anew. */
function withDigest(session: URL, blob: Descriptor): URL {
  const url = new URL(session)
  url.search += `${url.search === '' ? '?' : '&'}digest=${encodeURIComponent(blob.digest)}`
  return url
}

/** A source that fails is not a connection that fails: its own error has to come out. */
class CountedSource {
  failure: unknown
  readonly #blob: PushBlob
  readonly #onBytes: (sentBytes: number) => void
  readonly #signal: AbortSignal | undefined

  constructor(blob: PushBlob, onBytes: (sentBytes: number) => void, signal: AbortSignal | undefined) {
    this.#blob = blob
    this.#onBytes = onBytes
    this.#signal = signal
  }

  async *open(): AsyncGenerator<Uint8Array> {
    try {
      yield* this.#counted()
    } catch (error) {
      this.failure = error
      throw error
    }
  }

  async *#counted(): AsyncGenerator<Uint8Array> {
    const { descriptor } = this.#blob
    let sent = 0
    for await (const chunk of this.#blob.open(this.#signal)) {
      if (sent + chunk.length > descriptor.size) throw wrongSource(descriptor, `more than ${descriptor.size}`)
      yield chunk
      sent += chunk.length
      this.#onBytes(sent)
    }
    if (sent !== descriptor.size) throw wrongSource(descriptor, String(sent))
  }
}

function wrongSource({ digest, size }: Descriptor, actual: string): Error {
  return registryError('BLOB_SIZE_MISMATCH', `pushing blob ${digest}: expected ${size} bytes, got ${actual}`, {
    facts: { digest, expected: size, actual },
  })
}

async function* inChunks(content: Bytes, chunkBytes: number): AsyncGenerator<Uint8Array> {
  let parts: Uint8Array[] = []
  let length = 0
  for await (const part of content) {
    parts.push(part)
    length += part.length
    if (length < chunkBytes) continue
    yield Buffer.concat(parts, length)
    parts = []
    length = 0
  }
  if (length > 0) yield Buffer.concat(parts, length)
}
