import { TareError } from '../base/error.ts'
import { type Digest, isDigest } from './digest.ts'
import type { OciErrorCode } from './errors.ts'

/** A reference as written, before Docker's defaults: the domain may be empty. */
export interface RawReference {
  readonly domain: string
  readonly path: string
  readonly tag?: string | undefined
  readonly digest?: Digest | undefined
}

/** Longest path of a repository (distribution/reference). */
const MAX_REPOSITORY_LENGTH = 255

/** Nothing that fits the grammar is longer: 255 of path, 128 of tag, a digest, and a host name. */
const MAX_REFERENCE_LENGTH = 1024

const DOMAIN_PART = '(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])'
const DOMAIN = `(?:${DOMAIN_PART}(?:\\.${DOMAIN_PART})*|\\[[a-fA-F0-9:]+\\])(?::[0-9]+)?`
const PATH_PART = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*'
const PATH = `${PATH_PART}(?:/${PATH_PART})*`
const TAG = '[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}'
const DIGEST = '[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}'

const NAME = new RegExp(`^(?:(${DOMAIN})/)?(${PATH})$`)
const REFERENCE = new RegExp(`^((?:${DOMAIN}/)?${PATH})(?::(${TAG}))?(?:@(${DIGEST}))?$`)

/** The grammar of distribution/reference, without defaults. Throws `OCI_INVALID_REFERENCE` with Docker's texts. */
export function parseRawReference(text: string): RawReference {
  const match = text.length > MAX_REFERENCE_LENGTH ? null : REFERENCE.exec(text)
  if (!match) throw formatError(text)
  const name = NAME.exec(match[1] ?? '')
  if (!name) throw formatError(text)
  const path = name[2] ?? ''
  if (path.length > MAX_REPOSITORY_LENGTH) throw tooLong(text)
  return { domain: name[1] ?? '', path, tag: match[2], digest: checkDigest(text, match[3]) }
}

/** A repository's name alone, as written. Throws `OCI_INVALID_REFERENCE`, also when there is a tag or digest. */
export function parseRepositoryName(text: string): RawReference {
  const raw = parseRawReference(text)
  if (raw.tag !== undefined || raw.digest !== undefined) throw invalidReference(text, 'invalid reference format')
  return raw
}

export function invalidReference(text: string, reason: string): TareError<OciErrorCode> {
  return new TareError('OCI_INVALID_REFERENCE', reason, { facts: { reference: text } })
}

function checkDigest(text: string, digest: string | undefined): Digest | undefined {
  if (digest === undefined || isDigest(digest)) return digest
  const known = /^sha(256|512):/.test(digest)
  throw invalidReference(text, known ? 'invalid checksum digest length' : 'unsupported digest algorithm')
}

function formatError(text: string): TareError<OciErrorCode> {
  if (text === '') return invalidReference(text, 'repository name must have at least one component')
  const lower = text.toLowerCase()
  if (lower !== text && text.length <= MAX_REFERENCE_LENGTH && REFERENCE.test(lower))
    return invalidReference(text, 'repository name must be lowercase')
  return text.length > MAX_REFERENCE_LENGTH ? tooLong(text) : invalidReference(text, 'invalid reference format')
}

function tooLong(text: string): TareError<OciErrorCode> {
  return invalidReference(text, `repository name must not be more than ${MAX_REPOSITORY_LENGTH} characters`)
}
