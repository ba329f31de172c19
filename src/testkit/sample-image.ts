import { randomBytes } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import {
  type Descriptor,
  type Digest,
  digestOf,
  type ImageConfig,
  OCI_CONFIG,
  OCI_LAYER_GZIP,
  OCI_MANIFEST,
} from '../oci/index.ts'

interface SampleBlob {
  readonly descriptor: Descriptor
  open(): AsyncGenerator<Uint8Array>
}

export interface SampleImage {
  readonly manifest: { readonly mediaType: string; readonly bytes: Uint8Array }
  readonly digest: Digest
  readonly config: SampleBlob
  readonly layers: readonly SampleBlob[]
  readonly contents: ReadonlyMap<Digest, Uint8Array>
}

/** An image of random layers; `architecture` and sizes as wanted. */
export function sampleImage(layerBytes: readonly number[] = [1000], architecture = 'amd64'): SampleImage {
  const contents = new Map<Digest, Uint8Array>()
  const layers = layerBytes.map(size => {
    const plain = tarOfOneFile(size)
    return { diffId: digestOf(plain), blob: keep(contents, OCI_LAYER_GZIP, gzipSync(plain, { level: 1 })) }
  })
  const value: ImageConfig = {
    architecture,
    os: 'linux',
    config: { Env: ['PATH=/bin'], Cmd: ['/hello'] },
    rootfs: { type: 'layers', diff_ids: layers.map(layer => layer.diffId) },
  }
  const config = keep(contents, OCI_CONFIG, Buffer.from(JSON.stringify(value)))
  const document = {
    schemaVersion: 2,
    mediaType: OCI_MANIFEST,
    config: config.descriptor,
    layers: layers.map(layer => layer.blob.descriptor),
  }
  const bytes = Buffer.from(JSON.stringify(document))
  const manifest = { mediaType: OCI_MANIFEST, bytes }
  return { manifest, digest: digestOf(bytes), config, layers: layers.map(layer => layer.blob), contents }
}

/** A tar archive of one file of random bytes. */
function tarOfOneFile(size: number): Buffer {
  const header = Buffer.alloc(512)
  header.write('file')
  header.write('0000644\0', 100)
  header.write('0000000\0', 108)
  header.write('0000000\0', 116)
  header.write(`${size.toString(8).padStart(11, '0')}\0`, 124)
  header.write('00000000000\0', 136)
  header.write('        ', 148)
  header.write('0', 156)
  header.write('ustar\x0000', 257)
  const sum = header.reduce((total, byte) => total + byte, 0)
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return Buffer.concat([header, randomBytes(size), Buffer.alloc(((512 - (size % 512)) % 512) + 1024)])
}

function keep(contents: Map<Digest, Uint8Array>, mediaType: string, bytes: Uint8Array): SampleBlob {
  const descriptor: Descriptor = { mediaType, digest: digestOf(bytes), size: bytes.length }
  contents.set(descriptor.digest, bytes)
  return { descriptor, open: () => chunked(bytes) }
}

async function* chunked(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536)
}
