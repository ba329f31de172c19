import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  type Digest,
  digestHex,
  digestOf,
  OCI_CONFIG,
  OCI_INDEX,
  OCI_LAYER,
  OCI_MANIFEST,
} from '../../../src/oci/index.ts'
import { makeTar } from '../../../src/testkit/make-tar.ts'

/** Writes an OCI layout with one image, tagged `v1`: the file /from-layout, a variable and a trigger. */
export function writeSampleLayout(folder: string, architecture: string): void {
  mkdirSync(join(folder, 'blobs/sha256'), { recursive: true })
  writeFileSync(join(folder, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}')
  const layer = writeBlob(
    folder,
    OCI_LAYER,
    makeTar([{ name: 'from-layout', content: 'layout\n', mtime: 1_000_000_000 }]),
  )
  const config = writeJson(folder, OCI_CONFIG, {
    architecture,
    os: 'linux',
    config: { Env: ['LAYOUT=yes'], OnBuild: ['COPY here /triggered'] },
    rootfs: { type: 'layers', diff_ids: [layer.digest] },
    history: [{ created_by: 'conformance base' }],
  })
  const manifest = writeJson(folder, OCI_MANIFEST, {
    schemaVersion: 2,
    mediaType: OCI_MANIFEST,
    config,
    layers: [layer],
  })
  const annotations = { 'org.opencontainers.image.ref.name': 'v1' }
  const index = { schemaVersion: 2, mediaType: OCI_INDEX, manifests: [{ ...manifest, annotations }] }
  writeFileSync(join(folder, 'index.json'), JSON.stringify(index))
}

interface Written {
  readonly mediaType: string
  readonly digest: Digest
  readonly size: number
}

function writeJson(folder: string, mediaType: string, value: unknown): Written {
  return writeBlob(folder, mediaType, Buffer.from(JSON.stringify(value)))
}

function writeBlob(folder: string, mediaType: string, bytes: Uint8Array): Written {
  const digest = digestOf(bytes)
  writeFileSync(join(folder, 'blobs/sha256', digestHex(digest)), bytes)
  return { mediaType, digest, size: bytes.length }
}
