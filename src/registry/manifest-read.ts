import { isTareError } from '../base/error.ts'
import {
  type Descriptor,
  type Digest,
  DOCKER_MANIFEST,
  DOCKER_MANIFEST_LIST,
  digestOf,
  isDigest,
  MAX_MANIFEST_BYTES,
  type ManifestDocument,
  OCI_INDEX,
  OCI_MANIFEST,
  parseManifestDocument,
} from '../oci/index.ts'
import { errorOfAnswer, type Subject } from './error-answer.ts'
import { registryError } from './errors.ts'
import type { Remote } from './remote.ts'
import { readBody } from './transport/body.ts'
import type { HttpResponse } from './transport/http.ts'
import { digestLike } from './verify.ts'

export interface FetchedManifest {
  readonly document: ManifestDocument
  readonly descriptor: Descriptor
  readonly bytes: Uint8Array
}

/** What is known before: from a reference by digest, or from an index's entry. */
export interface ExpectedManifest {
  readonly digest?: Digest | undefined
  readonly size?: number | undefined
  readonly mediaType?: string | undefined
}

const ACCEPT = [OCI_INDEX, DOCKER_MANIFEST_LIST, OCI_MANIFEST, DOCKER_MANIFEST].join(', ')

/** Fetches a manifest or index by tag or digest, verified against the digest asked for and the one announced. */
export async function fetchManifest(
  remote: Remote,
  name: string,
  subject: Subject,
  expected: ExpectedManifest,
  signal?: AbortSignal,
): Promise<FetchedManifest> {
  const answer = await request(remote, 'GET', name, subject, signal)
  const bytes = await readBody(answer, subject.thing, MAX_MANIFEST_BYTES)
  const announced = announcedDigest(answer)
  for (const digest of [expected.digest, announced]) checkDigest(digest, bytes, subject, answer)
  if (expected.size !== undefined && expected.size !== bytes.length)
    throw mismatch(subject, answer, expected.size, bytes.length)
  const document = decode(bytes, expected.mediaType ?? answer.headers['content-type'], subject, answer)
  const digest = expected.digest ?? digestOf(bytes)
  return { document, descriptor: { mediaType: document.mediaType, digest, size: bytes.length }, bytes }
}

/** The digest of a manifest or index by HEAD; undefined when the registry does not say it. */
export async function headManifest(
  remote: Remote,
  name: string,
  subject: Subject,
  signal?: AbortSignal,
): Promise<Digest | undefined> {
  const answer = await request(remote, 'HEAD', name, subject, signal)
  await answer.discard()
  return announcedDigest(answer)
}

async function request(
  remote: Remote,
  method: 'GET' | 'HEAD',
  name: string,
  subject: Subject,
  signal?: AbortSignal,
): Promise<HttpResponse> {
  const target = `manifests/${name}`
  const answer = await remote.send({ method, target, headers: { accept: ACCEPT }, repeatable: true, signal })
  if (answer.status !== 200) throw await errorOfAnswer(answer, subject)
  return answer
}

function announcedDigest(answer: HttpResponse): Digest | undefined {
  const header = answer.headers['docker-content-digest'] ?? ''
  return isDigest(header) ? header : undefined
}

function checkDigest(expected: Digest | undefined, bytes: Uint8Array, subject: Subject, answer: HttpResponse): void {
  const actual = expected && digestLike(expected, bytes)
  if (actual !== expected) throw mismatch(subject, answer, expected, actual)
}

function mismatch(subject: Subject, answer: HttpResponse, expected: unknown, actual: unknown): Error {
  return registryError('REGISTRY_DIGEST_MISMATCH', `fetching ${subject.thing}: expected ${expected}, got ${actual}`, {
    facts: { reference: subject.reference, host: answer.url.host, expected, actual },
  })
}

function decode(bytes: Uint8Array, type: string | undefined, subject: Subject, answer: HttpResponse): ManifestDocument {
  try {
    return parseManifestDocument(bytes, type)
  } catch (error) {
    if (!isTareError(error)) throw error
    const code = error.code === 'OCI_UNSUPPORTED_DOCUMENT' ? 'REGISTRY_UNSUPPORTED' : 'REGISTRY_BAD_ANSWER'
    const facts = { reference: subject.reference, host: answer.url.host }
    throw registryError(code, `fetching ${subject.thing}: ${error.message}`, { hint: error.hint, cause: error, facts })
  }
}
