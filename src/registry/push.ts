import { isTareError } from '../base/error.ts'
import { Limit } from '../base/limit.ts'
import {
  type Descriptor,
  type Digest,
  digestOf,
  familiarName,
  familiarRepository,
  formatReference,
  parseManifest,
  type Reference,
} from '../oci/index.ts'
import type { Endpoint } from './config/endpoints.ts'
import { errorOfAnswer, type Subject } from './error-answer.ts'
import { registryError } from './errors.ts'
import type { BlobOutcome, PushBlob, PushRequest, PushResult } from './registry.ts'
import type { Remote } from './remote.ts'
import { isPassingError, isPassingStatus, pause, pauseBefore, type RetryPolicy } from './transport/retry.ts'
import { uploadBlob } from './upload.ts'

export interface PushOptions {
  readonly parallel: number
  readonly policy: RetryPolicy
  /** Where a repository is kept, by registries.conf; undefined when it may not be asked. */
  readonly placeOf: (repository: string) => Endpoint | undefined
}

/** Blobs first, in parallel, then the manifest: a name never points at something incomplete. */
export async function pushTo(
  remote: Remote,
  reference: Reference,
  request: PushRequest,
  options: PushOptions,
  signal?: AbortSignal,
): Promise<PushResult> {
  const subject = pushSubject(reference)
  const digest = digestOf(request.manifest.bytes)
  if (reference.digest !== undefined && reference.digest !== digest)
    throw mismatch(subject, remote.endpoint.host, reference.digest, digest)
  const blobs = await pushBlobs(remote, subject, collectBlobs(request), request, options, signal)
  await putManifest(remote, reference, request, subject, digest, signal)
  return { reference: subject.reference, digest, blobs }
}

function pushSubject(reference: Reference): Subject {
  const shown = familiarName(reference)
  return {
    reference: formatReference(reference),
    repository: familiarRepository(reference),
    action: 'push',
    thing: shown,
  }
}

/** Each blob once, and no manifest that names one which was not handed over. */
function collectBlobs(request: PushRequest): PushBlob[] {
  const byDigest = new Map<Digest, PushBlob>()
  for (const blob of [request.config, ...request.layers]) byDigest.set(blob.descriptor.digest, blob)
  const { config, layers } = parseManifest(request.manifest.bytes, request.manifest.mediaType)
  const absent = [config, ...layers].find(({ digest }) => !byDigest.has(digest))
  if (absent !== undefined) throw new TypeError(`pushing a manifest: its blob ${absent.digest} was not handed over`)
  return [...byDigest.values()]
}

/** The first failure stops the others and is thrown when all have ended. */
async function pushBlobs(
  remote: Remote,
  subject: Subject,
  blobs: readonly PushBlob[],
  request: PushRequest,
  options: PushOptions,
  signal?: AbortSignal,
): Promise<{ descriptor: Descriptor; outcome: BlobOutcome }[]> {
  const limit = new Limit(options.parallel)
  const failed = new AbortController()
  const both = signal === undefined ? failed.signal : AbortSignal.any([signal, failed.signal])
  const work = blobs.map(blob =>
    limit.run(async () => {
      try {
        return {
          descriptor: blob.descriptor,
          outcome: await pushBlob(remote, subject, blob, request, options, both),
        }
      } catch (error) {
        failed.abort(error)
        throw error
      }
    }, both),
  )
  const results = await Promise.allSettled(work)
  if (both.aborted) throw both.reason
  return results.flatMap(result => (result.status === 'fulfilled' ? [result.value] : []))
}

/** An upload that broke off is begun anew, blob and all. */
async function pushBlob(
  remote: Remote,
  subject: Subject,
  blob: PushBlob,
  request: PushRequest,
  { policy, placeOf }: PushOptions,
  signal: AbortSignal,
): Promise<BlobOutcome> {
  const { descriptor } = blob
  const say = (currentBytes: number, outcome?: BlobOutcome): void =>
    request.onProgress?.({ descriptor, currentBytes, totalBytes: descriptor.size, ...(outcome && { outcome }) })
  const mountFrom = mountSources(remote, blob, placeOf)
  for (let attempt = 1; ; attempt++) {
    try {
      say(0)
      const outcome = await uploadBlob({ remote, subject, blob, mountFrom, onBytes: sent => say(sent), signal })
      say(descriptor.size, outcome)
      return outcome
    } catch (error) {
      signal.throwIfAborted()
      if (attempt > policy.retries || !mayPass(error)) throw error
    }
    await pause(pauseBefore(attempt, policy) ?? 0, signal)
  }
}

function mayPass(error: unknown): boolean {
  return isPassingError(error) || (isTareError(error) && isPassingStatus(Number(error.facts['status'])))
}

/** Repositories of the same registry, as paths, without the target itself. At most three: each costs a request. */
function mountSources({ endpoint }: Remote, blob: PushBlob, placeOf: PushOptions['placeOf']): string[] {
  const places = (blob.mountFrom ?? []).flatMap(source => placeOf(source) ?? [])
  const paths = places.filter(place => place.host === endpoint.host && place.path !== endpoint.path)
  return [...new Set(paths.map(place => place.path))].slice(0, 3)
}

async function putManifest(
  remote: Remote,
  reference: Reference,
  request: PushRequest,
  subject: Subject,
  digest: Digest,
  signal?: AbortSignal,
): Promise<void> {
  const { mediaType, bytes } = request.manifest
  const target = `manifests/${reference.tag ?? digest}`
  const headers = { 'content-type': mediaType, 'content-length': String(bytes.length) }
  const answer = await remote.send({ method: 'PUT', target, headers, body: () => bytes, repeatable: true, signal })
  if (answer.status !== 201 && answer.status !== 200) throw await errorOfAnswer(answer, subject)
  await answer.discard()
  const said = answer.headers['docker-content-digest']
  if (said !== undefined && said !== digest) throw mismatch(subject, answer.url.host, digest, said)
}

function mismatch(subject: Subject, host: string, expected: string, actual: string): Error {
  return registryError('REGISTRY_DIGEST_MISMATCH', `pushing ${subject.thing}: expected ${expected}, got ${actual}`, {
    facts: { reference: subject.reference, host, expected, actual },
  })
}
