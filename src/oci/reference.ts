import { type Digest, isDigest } from './digest.ts'
import { invalidReference, parseRawReference, type RawReference } from './reference-grammar.ts'

/**
 * A normalised reference: Docker's defaults for registry and `library/` are filled in, the default tag is not
 * (see `withDefaultTag`). `path` is the repository within the registry.
 */
export interface Reference extends RawReference {
  readonly domain: string
  readonly path: string
  readonly tag?: string | undefined
  readonly digest?: Digest | undefined
}

export const DEFAULT_DOMAIN = 'docker.io'
const LEGACY_DOMAIN = 'index.docker.io'
const OFFICIAL = 'library/'
const DEFAULT_TAG = 'latest'

/**
 * `alpine`, `ghcr.example/app:1@sha256:...` -> a normalised reference.
 * Throws `OCI_INVALID_REFERENCE` with Docker's texts; `facts.reference` is what was given.
 */
export function parseReference(text: string): Reference {
  if (/^[0-9a-f]{64}$/.test(text))
    throw invalidReference(text, `invalid repository name (${text}), cannot specify 64-byte hexadecimal strings`)
  const { domain, remainder } = splitDomain(text)
  const path = remainder.split(':', 1)[0] ?? ''
  if (path !== path.toLowerCase() && /^[\w./-]+$/.test(path))
    throw invalidReference(text, `invalid reference format: repository name (${path}) must be lowercase`)
  return parseRawReference(text === '' ? '' : `${domain}/${remainder}`)
}

/** The reference in full: `docker.io/library/alpine:latest`. */
export function formatReference(reference: RawReference): string {
  return repositoryOf(reference) + suffixOf(reference)
}

/** The short form that users see: `alpine:latest`. */
export function familiarName(reference: RawReference): string {
  return familiarRepository(reference) + suffixOf(reference)
}

/** The repository in full, without tag and digest: `docker.io/library/alpine`. */
export function repositoryOf(reference: RawReference): string {
  return reference.domain === '' ? reference.path : `${reference.domain}/${reference.path}`
}

/** The repository as users see it: `alpine`. */
export function familiarRepository(reference: RawReference): string {
  if (reference.domain !== DEFAULT_DOMAIN) return repositoryOf(reference)
  const rest = reference.path.startsWith(OFFICIAL) ? reference.path.slice(OFFICIAL.length) : '/'
  return rest.includes('/') ? reference.path : rest
}

/** Adds `latest` to a reference that has neither tag nor digest. */
export function withDefaultTag(reference: Reference): Reference {
  return reference.tag === undefined && reference.digest === undefined ? { ...reference, tag: DEFAULT_TAG } : reference
}

/** What a pull asks the registry for: the digest alone when there is one, else the tag, else `latest`. */
export function pullReference(reference: Reference): Reference {
  return reference.digest === undefined ? withDefaultTag(reference) : { ...reference, tag: undefined }
}

/** A reference, or the digest that an image ID (64 hex digits, with or without `sha256:`) stands for. */
export function parseReferenceOrId(text: string): Reference | Digest {
  const digest = text.includes(':') ? text : `sha256:${text}`
  return isDigest(digest) ? digest : parseReference(text)
}

/** A reference that is already normalised. Throws `OCI_INVALID_REFERENCE` when Docker's defaults would change it. */
export function parseCanonicalReference(text: string): Reference {
  const reference = parseReference(text)
  return formatReference(reference) === text ? reference : fail(text, 'repository name must be canonical')
}

/** Docker's rule for where the registry's name ends: a first part with `.`, `:` or capitals, or `localhost`. */
function splitDomain(text: string): { domain: string; remainder: string } {
  const slash = text.indexOf('/')
  const first = slash < 0 ? '' : text.slice(0, slash)
  const isDomain = first === 'localhost' || /[.:]/.test(first) || first !== first.toLowerCase()
  const domain = !isDomain || first === LEGACY_DOMAIN ? DEFAULT_DOMAIN : first
  const remainder = isDomain ? text.slice(slash + 1) : text
  const official = domain === DEFAULT_DOMAIN && !remainder.includes('/')
  return { domain, remainder: official ? OFFICIAL + remainder : remainder }
}

function suffixOf(reference: RawReference): string {
  const tag = reference.tag === undefined ? '' : `:${reference.tag}`
  return reference.digest === undefined ? tag : `${tag}@${reference.digest}`
}

function fail(text: string, reason = 'invalid reference format'): never {
  throw invalidReference(text, reason)
}
