import { type Descriptor, digestOf, type Image, type Manifest, OCI_CONFIG, OCI_MANIFEST } from '../oci/index.ts'

/** An OCI manifest over a config and the stored forms of its layers, with its bytes and descriptor. Same parts, same bytes. */
export function makeManifest(
  configBytes: Uint8Array,
  layers: readonly Descriptor[],
  annotations?: Readonly<Record<string, string>>,
): NonNullable<Image['manifest']> {
  const value: Manifest = {
    schemaVersion: 2,
    mediaType: OCI_MANIFEST,
    config: { mediaType: OCI_CONFIG, digest: digestOf(configBytes), size: configBytes.length },
    layers: layers.map(({ mediaType, digest, size }) => ({ mediaType, digest, size })),
    annotations,
  }
  const bytes = Buffer.from(JSON.stringify(value), 'utf8')
  return { value, bytes, descriptor: { mediaType: OCI_MANIFEST, digest: digestOf(bytes), size: bytes.length } }
}
