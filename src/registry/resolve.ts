import { isTareError } from '../base/error.ts'
import {
  type BlobSource,
  type Bytes,
  type Descriptor,
  familiarName,
  familiarRepository,
  formatPlatform,
  formatReference,
  type ImageConfig,
  isImageManifest,
  MAX_CONFIG_BYTES,
  type Manifest,
  normalizePlatform,
  type Platform,
  parseImageConfig,
  platformServes,
  platformsOf,
  type Reference,
  selectPlatform,
} from '../oci/index.ts'
import type { Subject } from './error-answer.ts'
import { registryError } from './errors.ts'
import { type FetchedManifest, fetchManifest } from './manifest-read.ts'
import type { RemoteImage } from './registry.ts'
import type { Remote } from './remote.ts'

/** An index may hold an index, no deeper. */
const MAX_DEPTH = 2

/** Fetches manifest and config of one platform's image from one place. `reference` has a tag or a digest. */
export async function resolveAt(
  remote: Remote,
  blobs: BlobSource,
  reference: Reference,
  platform: Platform,
  signal?: AbortSignal,
): Promise<RemoteImage> {
  const subject = manifestSubject(reference)
  const name = reference.digest ?? reference.tag ?? ''
  const top = await fetchManifest(remote, name, subject, { digest: reference.digest }, signal)
  const chosen = await choose(remote, top, platform, subject, signal)
  const { manifest, value } = chosen
  const configBytes = await readConfig(blobs, value.config, subject, signal)
  const config = decodeConfig(configBytes, value, subject)
  const found = checkPlatform(config, platform, subject)
  return {
    reference: formatReference(reference),
    digest: top.descriptor.digest,
    id: value.config.digest,
    platform: found,
    config,
    configBytes,
    manifest: { descriptor: manifest.descriptor, value, bytes: manifest.bytes },
    ...(top === manifest ? {} : { index: { descriptor: top.descriptor, bytes: top.bytes } }),
    blobs,
  }
}

export function manifestSubject(reference: Reference): Subject {
  const shown = familiarName(reference)
  return {
    reference: formatReference(reference),
    repository: familiarRepository(reference),
    action: 'pull',
    thing: `manifest for ${shown}`,
  }
}

async function choose(
  remote: Remote,
  top: FetchedManifest,
  platform: Platform,
  subject: Subject,
  signal?: AbortSignal,
): Promise<{ manifest: FetchedManifest; value: Manifest }> {
  let current = top
  for (let depth = 0; depth <= MAX_DEPTH; depth++) {
    const { document } = current
    if (document.kind === 'manifest') return { manifest: current, value: checkImage(document.value, subject) }
    const entry = selectPlatform(document.value, platform)
    if (entry === undefined) throw noPlatform(platform, platformsOf(document.value), subject)
    current = await fetchManifest(remote, entry.digest, subject, entry, signal)
  }
  throw unsupported(subject, 'indexes are nested too deeply')
}

function checkImage(manifest: Manifest, subject: Subject): Manifest {
  if (isImageManifest(manifest)) return manifest
  throw unsupported(subject, `it is no image, its config is ${manifest.config.mediaType}`)
}

async function readConfig(
  blobs: BlobSource,
  blob: Descriptor,
  subject: Subject,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  if (blob.size > MAX_CONFIG_BYTES)
    throw registryError('REGISTRY_TOO_LARGE', `fetching ${subject.thing}: its config has ${blob.size} bytes`, {
      facts: { reference: subject.reference, expected: MAX_CONFIG_BYTES, actual: blob.size },
    })
  return await collect(blobs.open(blob, signal))
}

async function collect(content: Bytes): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  for await (const chunk of content) chunks.push(chunk)
  return Buffer.concat(chunks)
}

function decodeConfig(bytes: Uint8Array, manifest: Manifest, subject: Subject): ImageConfig {
  try {
    const config = parseImageConfig(bytes)
    const layers = config.rootfs.diff_ids.length
    if (layers === manifest.layers.length) return config
    throw badAnswer(subject, `its config has ${layers} layers, its manifest ${manifest.layers.length}`)
  } catch (error) {
    if (!isTareError(error) || error.code === 'REGISTRY_BAD_ANSWER') throw error
    throw badAnswer(subject, error.message, error)
  }
}

/** Also an image that has no index is refused when it is for another platform. Very old ones do not say. */
function checkPlatform(config: ImageConfig, wanted: Platform, subject: Subject): Platform {
  const { os, architecture, variant } = config
  const actual = normalizePlatform({
    os: os || wanted.os,
    architecture: architecture || wanted.architecture,
    ...(variant === undefined ? {} : { variant }),
  })
  if (platformServes(wanted, actual)) return actual
  throw noPlatform(wanted, [formatPlatform(actual)], subject)
}

function noPlatform(wanted: Platform, platforms: readonly string[], subject: Subject): Error {
  const shown = formatPlatform(wanted)
  const there = platforms.length === 0 ? 'it names no platform' : `there is ${platforms.join(', ')}`
  return registryError('REGISTRY_NO_PLATFORM', `resolving ${subject.thing}: no image for platform ${shown}, ${there}`, {
    facts: { reference: subject.reference, platform: shown, platforms },
  })
}

function badAnswer(subject: Subject, why: string, cause?: unknown): Error {
  return registryError('REGISTRY_BAD_ANSWER', `fetching ${subject.thing}: ${why}`, {
    cause,
    facts: { reference: subject.reference },
  })
}

function unsupported(subject: Subject, why: string): Error {
  return registryError('REGISTRY_UNSUPPORTED', `fetching ${subject.thing}: ${why}`, {
    facts: { reference: subject.reference },
  })
}
