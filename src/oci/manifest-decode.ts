import { TareError } from '../base/error.ts'
import { type Decoder, exactly, invalid, list, map, object, optional, text } from './decode.ts'
import type { Descriptor } from './descriptor.ts'
import { descriptor, mediaType, wellFormedDescriptor } from './descriptor-decode.ts'
import { decodeDocument, MAX_MANIFEST_BYTES } from './document.ts'
import type { OciErrorCode } from './errors.ts'
import type { ImageIndex, Manifest } from './manifest.ts'
import {
  DOCKER_CONFIG,
  DOCKER_MANIFEST,
  DOCKER_MANIFEST_LIST,
  OCI_CONFIG,
  OCI_INDEX,
  OCI_MANIFEST,
} from './media-types.ts'

/** A manifest or an index, told apart by media type and shape. */
export type ManifestDocument =
  | { readonly kind: 'manifest'; readonly mediaType: string; readonly value: Manifest }
  | { readonly kind: 'index'; readonly mediaType: string; readonly value: ImageIndex }

const shared = {
  schemaVersion: exactly(2),
  mediaType: optional(mediaType),
  artifactType: optional(mediaType),
  subject: optional(wellFormedDescriptor),
  annotations: optional(map(text)),
}
const manifest: Decoder<Manifest> = object({ ...shared, config: descriptor, layers: list(descriptor) })
const index: Decoder<ImageIndex> = object({ ...shared, manifests: list(wellFormedDescriptor) })

export function isManifestType(type: string): boolean {
  return type === OCI_MANIFEST || type === DOCKER_MANIFEST
}

export function isIndexType(type: string): boolean {
  return type === OCI_INDEX || type === DOCKER_MANIFEST_LIST
}

/**
 * Parses an untrusted manifest. `type` is what it was announced as (Content-Type or descriptor), if anything.
 * Throws `OCI_INVALID_DOCUMENT`, `OCI_UNSUPPORTED_DOCUMENT` (schema 1), `OCI_DOCUMENT_TOO_LARGE`.
 */
export function parseManifest(bytes: Uint8Array, type?: string): Manifest {
  const found = parseManifestDocument(bytes, type)
  if (found.kind === 'manifest') return found.value
  throw invalid('', 'decoding manifest: expected a manifest, got an index')
}

/** As `parseManifest`, for an image index or Docker manifest list. */
export function parseIndex(bytes: Uint8Array, type?: string): ImageIndex {
  const found = parseManifestDocument(bytes, type)
  if (found.kind === 'index') return found.value
  throw invalid('', 'decoding image index: expected an index, got a manifest')
}

/** Either of the two; a document that could be read as both is refused (distribution-spec, GHSA-mc8v-mgrf-8f4m). */
export function parseManifestDocument(bytes: Uint8Array, type?: string): ManifestDocument {
  return decodeDocument('manifest', bytes, MAX_MANIFEST_BYTES, value => {
    const fields = topFields(value)
    const actual = settleType(fields, announcedType(type))
    const isIndex = isIndexType(actual)
    const foreign = isIndex ? ['config', 'layers', 'fsLayers'] : ['manifests', 'fsLayers']
    const clash = foreign.find(name => fields[name] !== undefined)
    if (clash !== undefined) throw invalid('', `${actual} must not have the field ${clash}`)
    return isIndex
      ? { kind: 'index', mediaType: actual, value: index(value, '') }
      : { kind: 'manifest', mediaType: actual, value: manifest(value, '') }
  })
}

/** Docker took this for a config when registries knew no other. */
const IMAGE_CONFIGS = new Set([OCI_CONFIG, DOCKER_CONFIG, 'application/octet-stream'])

/** Whether a manifest describes an image with a root file system, not some other artifact. */
export function isImageManifest(value: Manifest): boolean {
  return IMAGE_CONFIGS.has(value.config.mediaType)
}

/** Layers that may only be fetched from elsewhere (media-types.md#non-distributable, Docker's foreign layers). */
export function isForeignLayer(layer: Descriptor): boolean {
  return /nondistributable|\.foreign\./.test(layer.mediaType)
}

function topFields(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalid('', 'expected an object')
  return { __proto__: null, ...value } as unknown as Readonly<Record<string, unknown>>
}

/** Undefined when the announcement says nothing: none, or `application/json` and the like. */
function announcedType(type: string | undefined): string | undefined {
  const bare = type?.split(';', 1)[0]?.trim().toLowerCase()
  return bare && /^application\/vnd\.(oci\.image|docker\.distribution)\./.test(bare) ? bare : undefined
}

function settleType(fields: Readonly<Record<string, unknown>>, announced: string | undefined): string {
  const inside = optional(mediaType)(fields['mediaType'], 'mediaType')
  const shape = fields['manifests'] === undefined ? OCI_MANIFEST : OCI_INDEX
  const actual = announced ?? inside ?? shape
  if (fields['schemaVersion'] === 1 || (/\.manifest\.v1\+(json|prettyjws)$/.test(actual) && /docker/.test(actual)))
    throw schema1()
  if (!isManifestType(actual) && !isIndexType(actual))
    throw unsupported(`media type ${actual} is neither manifest nor index`)
  if (inside !== undefined && inside !== actual) throw invalid('mediaType', `expected ${actual}, got ${inside}`)
  return actual
}

function schema1(): TareError<OciErrorCode> {
  return new TareError('OCI_UNSUPPORTED_DOCUMENT', 'Docker image manifest version 2, schema 1 is not supported', {
    hint: 'Push the image again with a current tool, which writes schema 2 or OCI manifests.',
  })
}

function unsupported(problem: string): TareError<OciErrorCode> {
  return new TareError('OCI_UNSUPPORTED_DOCUMENT', problem)
}
