import { count, type Decoder, invalid, list, map, object, optional, text, textLike } from './decode.ts'
import type { Descriptor } from './descriptor.ts'
import { type Digest, digestAlgorithm, isDigest } from './digest.ts'

const RESTRICTED = '[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}'
const DIGEST_FORM = /^[a-z0-9]+(?:[+._-][a-z0-9]+)*:[A-Za-z0-9=_-]+$/

export const mediaType = textLike(new RegExp(`^${RESTRICTED}/${RESTRICTED}(?:;.{0,256})?$`), 'a media type')

/** Any digest the grammar allows; of sha256 and sha512 the length must be right too (descriptor.md#digests). */
const wellFormedDigest: Decoder<Digest> = (value, path) => {
  const digest = text(value, path)
  const registered = ['sha256', 'sha512'].includes(digestAlgorithm(digest as Digest))
  if (registered ? isDigest(digest) : DIGEST_FORM.test(digest)) return digest as Digest
  throw invalid(path, `expected a digest, got ${JSON.stringify(digest.slice(0, 160))}`)
}

/** A digest that Tare can verify. */
export const verifiableDigest: Decoder<Digest> = (value, path) => {
  const digest: string = wellFormedDigest(value, path)
  if (isDigest(digest)) return digest
  throw invalid(path, `expected a sha256 or sha512 digest, got ${JSON.stringify(digest.slice(0, 160))}`)
}

const platform = object({
  os: text,
  architecture: text,
  variant: optional(text),
  'os.version': optional(text),
  'os.features': optional(list(text)),
})

const base64 = textLike(/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/, 'base64')

/** A descriptor by the letter of descriptor.md; its digest may be of an algorithm nobody here can verify. */
export const wellFormedDescriptor: Decoder<Descriptor> = object({
  mediaType,
  digest: wellFormedDigest,
  size: count,
  urls: optional(list(textLike(/^[A-Za-z][A-Za-z0-9+.-]*:\S*$/, 'a URL'))),
  annotations: optional(map(text)),
  platform: optional(platform),
  artifactType: optional(mediaType),
  data: optional(base64),
})

/** A descriptor whose blob Tare can fetch and verify. */
export const descriptor: Decoder<Descriptor> = (value, path) => {
  const found = wellFormedDescriptor(value, path)
  verifiableDigest(found.digest, `${path}.digest`)
  return found
}
