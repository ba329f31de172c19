import {
  type Descriptor,
  DOCKER_CONFIG,
  DOCKER_LAYER,
  DOCKER_LAYER_GZIP,
  DOCKER_LAYER_ZSTD,
  DOCKER_MANIFEST,
  digestOf,
  type Image,
  type Manifest,
  OCI_CONFIG,
  OCI_LAYER,
  OCI_LAYER_GZIP,
  OCI_LAYER_ZSTD,
  OCI_MANIFEST,
} from '../oci/index.ts'

/** Whose media types a manifest has. */
export type MediaTypeDialect = 'oci' | 'docker'

const TYPES = {
  oci: { manifest: OCI_MANIFEST, config: OCI_CONFIG, layers: [OCI_LAYER, OCI_LAYER_GZIP, OCI_LAYER_ZSTD] },
  docker: {
    manifest: DOCKER_MANIFEST,
    config: DOCKER_CONFIG,
    layers: [DOCKER_LAYER, DOCKER_LAYER_GZIP, DOCKER_LAYER_ZSTD],
  },
} as const

/**
 * A manifest over a config and the stored forms of its layers, whose media types are written in the manifest's dialect,
 * with its bytes and descriptor. Same parts, same bytes.
 */
export function makeManifest(
  configBytes: Uint8Array,
  layers: readonly Descriptor[],
  annotations?: Readonly<Record<string, string>>,
  dialect: MediaTypeDialect = 'oci',
): NonNullable<Image['manifest']> {
  const { manifest: mediaType, config } = TYPES[dialect]
  const value: Manifest = {
    schemaVersion: 2,
    mediaType,
    config: { mediaType: config, digest: digestOf(configBytes), size: configBytes.length },
    layers: layers.map(layer => inDialect(layer, dialect)),
    annotations: annotations && Object.keys(annotations).length > 0 ? annotations : undefined,
  }
  const bytes = Buffer.from(JSON.stringify(value), 'utf8')
  return { value, bytes, descriptor: { mediaType, digest: digestOf(bytes), size: bytes.length } }
}

function inDialect({ mediaType, digest, size }: Descriptor, dialect: MediaTypeDialect): Descriptor {
  for (const { layers } of Object.values(TYPES)) {
    const place = (layers as readonly string[]).indexOf(mediaType)
    if (place >= 0) return { mediaType: TYPES[dialect].layers[place] as string, digest, size }
  }
  return { mediaType, digest, size }
}
