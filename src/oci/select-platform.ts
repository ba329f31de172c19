import type { Descriptor } from './descriptor.ts'
import { isDigest } from './digest.ts'
import type { ImageIndex } from './manifest.ts'
import { isIndexType, isManifestType } from './manifest-decode.ts'
import { formatPlatform, type Platform } from './platform.ts'
import { rankCandidates } from './platform-match.ts'
import { normalizePlatform } from './platform-parse.ts'

/**
 * The entry of an index that serves `platform` best, undefined when none does. Attestations are skipped; an entry that
 * names no platform is taken when nothing else fits (its config has to tell).
 */
export function selectPlatform(index: ImageIndex, platform: Platform): Descriptor | undefined {
  const images = index.manifests.filter(isImageEntry)
  const [best] = rankCandidates(platform, images, entry => entry.platform)
  return best ?? images.find(entry => entry.platform === undefined)
}

/** The platforms an index offers, as `linux/amd64`, in its order. */
export function platformsOf(index: ImageIndex): string[] {
  const named = index.manifests.filter(isImageEntry).flatMap(entry => entry.platform ?? [])
  return [...new Set(named.map(platform => formatPlatform(normalizePlatform(platform))))]
}

/** Not an attestation (BuildKit's convention: platform unknown/unknown and an annotation) and no other artifact. */
function isImageEntry(entry: Descriptor): boolean {
  const attestation = entry.annotations?.['vnd.docker.reference.type'] !== undefined
  const unknown = entry.platform?.os === 'unknown' || entry.platform?.architecture === 'unknown'
  const fetchable = isManifestType(entry.mediaType) || isIndexType(entry.mediaType)
  return fetchable && !attestation && !unknown && entry.artifactType === undefined && isDigest(entry.digest)
}
