import { errnoOf, isTareError } from '../base/error.ts'
import { type Bytes, type Descriptor, isDigest, isForeignLayer } from '../oci/index.ts'
import { errorOfAnswer } from './error-answer.ts'
import { registryError } from './errors.ts'
import type { Remote } from './remote.ts'
import { unreachable } from './transport/client.ts'
import type { HttpResponse } from './transport/http.ts'
import { isPassingError, pause, pauseBefore, type RetryPolicy } from './transport/retry.ts'
import { verified, wrongSize } from './verify.ts'

/** Streams a blob, verified. A connection that breaks in the middle is taken up again where it broke (RFC 9110 14.2). */
export function readBlob(remote: Remote, blob: Descriptor, policy: RetryPolicy, signal?: AbortSignal): Bytes {
  return verified(resumed(remote, blob, policy, signal), blob, remote.endpoint.host)
}

async function* resumed(
  remote: Remote,
  blob: Descriptor,
  policy: RetryPolicy,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array> {
  refuseUnreadable(blob)
  let offset = 0
  for (let attempt = 1; ; attempt++) {
    const answer = await request(remote, blob, offset, signal)
    try {
      for await (const chunk of from(answer, offset)) {
        offset += chunk.length
        yield chunk
      }
      return
    } catch (error) {
      signal?.throwIfAborted()
      if (isTareError(error) || (errnoOf(error) === undefined && !isPassingError(error))) throw error
      if (attempt > policy.retries) throw unreachable(answer.url, error)
    }
    await pause(pauseBefore(attempt, policy) ?? 0, signal)
  }
}

async function request(remote: Remote, blob: Descriptor, offset: number, signal?: AbortSignal): Promise<HttpResponse> {
  const headers = offset === 0 ? {} : { range: `bytes=${offset}-` }
  const answer = await remote.send({ method: 'GET', target: `blobs/${blob.digest}`, headers, repeatable: true, signal })
  if (answer.status !== 200 && answer.status !== 206) throw await missing(remote, blob, answer)
  const announced = answer.headers['content-length']
  const expected = answer.status === 206 ? blob.size - offset : blob.size
  if (announced !== undefined && Number(announced) !== expected) {
    await answer.discard()
    throw wrongSize(blob, answer.status === 206 ? String(Number(announced) + offset) : announced, answer.url.host)
  }
  return answer
}

/** The body from `offset` on, whether the server minded the Range or sent everything again. */
async function* from(answer: HttpResponse, offset: number): AsyncGenerator<Uint8Array> {
  let skip = answer.status === 206 ? 0 : offset
  if (answer.status === 206 && !answer.headers['content-range']?.startsWith(`bytes ${offset}-`))
    throw registryError(
      'REGISTRY_BAD_ANSWER',
      `reading blob from ${answer.url.host}: it sent another range than asked for`,
      {
        facts: { host: answer.url.host },
      },
    )
  for await (const chunk of answer.body) {
    const rest = chunk.subarray(Math.min(skip, chunk.length))
    skip -= chunk.length - rest.length
    if (rest.length > 0) yield rest
  }
}

async function missing(remote: Remote, blob: Descriptor, answer: HttpResponse): Promise<Error> {
  const repository = `${remote.endpoint.name}/${remote.endpoint.path}`
  const thing = `blob ${blob.digest} of ${repository}`
  const error = await errorOfAnswer(answer, { reference: repository, repository, action: 'pull', thing })
  if (error.code !== 'REGISTRY_NOT_FOUND') return error
  return registryError('BLOB_NOT_FOUND', error.message, { facts: { ...error.facts, digest: blob.digest } })
}

function refuseUnreadable(blob: Descriptor): void {
  const facts = { digest: blob.digest, mediaType: blob.mediaType }
  if (!isDigest(blob.digest))
    throw registryError('REGISTRY_UNSUPPORTED', `reading blob ${blob.digest}: unknown digest`, { facts })
  if (isForeignLayer(blob))
    throw registryError(
      'REGISTRY_UNSUPPORTED',
      `reading blob ${blob.digest}: non-distributable layers are not supported`,
      {
        facts,
      },
    )
}
