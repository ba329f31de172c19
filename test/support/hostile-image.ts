import { gzipSync } from 'node:zlib'
import { digestOf } from '../../src/oci/index.ts'
import { makeTar } from '../../src/testkit/make-tar.ts'

export interface MadeImage {
  /** Uncompressed tars, the lowest first. */
  readonly layers: readonly Uint8Array[]
  /** Put over the config that fits; bytes stand for the whole of it. */
  readonly config?: Readonly<Record<string, unknown>> | Uint8Array
  /** Put over the entry of manifest.json that fits. */
  readonly manifest?: Readonly<Record<string, unknown>>
  readonly name?: string
}

/** The config of an image of these layers, `config` put over it. */
export function configOf({ layers, config = {} }: MadeImage): Uint8Array {
  if (config instanceof Uint8Array) return config
  const value = {
    architecture: process.arch === 'arm64' ? 'arm64' : 'amd64',
    os: 'linux',
    config: { Cmd: ['sh'] },
    rootfs: { type: 'layers', diff_ids: layers.map(digestOf) },
    ...config,
  }
  return Buffer.from(JSON.stringify(value))
}

/** A docker-archive of one image; nothing is checked. */
export function makeDockerArchive(image: MadeImage): Buffer {
  const names = image.layers.map((_, index) => `layer${index}.tar`)
  const entry = { Config: 'config.json', RepoTags: [image.name ?? 'hostile:latest'], Layers: names, ...image.manifest }
  return makeTar([
    { name: 'config.json', content: configOf(image) },
    ...image.layers.map((content, index) => ({ name: names[index] as string, content })),
    { name: 'manifest.json', content: JSON.stringify([entry]) },
  ])
}

/** What a registry would serve of it. */
export function makeManifest(image: MadeImage): { manifest: Buffer; blobs: Map<string, Uint8Array> } {
  const config = configOf(image)
  const layers = image.layers.map(layer => gzipSync(layer, { level: 1 }))
  const describe = (bytes: Uint8Array, mediaType: string): object => ({
    mediaType,
    digest: digestOf(bytes),
    size: bytes.length,
  })
  const manifest = {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: describe(config, 'application/vnd.oci.image.config.v1+json'),
    layers: layers.map(layer => describe(layer, 'application/vnd.oci.image.layer.v1.tar+gzip')),
    ...image.manifest,
  }
  const blobs = new Map([config, ...layers].map(bytes => [digestOf(bytes) as string, bytes] as const))
  return { manifest: Buffer.from(JSON.stringify(manifest)), blobs }
}
