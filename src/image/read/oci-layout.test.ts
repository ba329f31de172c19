import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type Descriptor, digestOf, OCI_INDEX, OCI_LAYER, type Platform } from '../../oci/index.ts'
import { collect, type SmallImage, smallImage, tarOf, temporaryDirectory, temporaryFile } from '../archive.fixture.ts'
import type { OpenedImages } from '../archive.ts'
import { makeManifest } from '../manifest-bytes.ts'
import { blobPath } from './file-blobs.ts'
import { openImages } from './open-images.ts'

const AMD64 = { os: 'linux', architecture: 'amd64' }
type Files = Record<string, string | Uint8Array>

const LAYOUT: Files = { 'oci-layout': '{"imageLayoutVersion":"1.0.0"}' }

/** The blobs of an image, and its manifest's descriptor. */
function blobsOf({ image, tars, diffIds }: SmallImage): { files: Files; descriptor: Descriptor } {
  const layers = tars.map((tar, i) => ({ mediaType: OCI_LAYER, digest: diffIds[i] ?? image.id, size: tar.length }))
  const { bytes, descriptor } = makeManifest(image.configBytes, layers)
  const blobs = [bytes, image.configBytes, ...tars]
  return { descriptor, files: Object.fromEntries(blobs.map(blob => [blobPath(digestOf(blob)), blob])) }
}

function indexOf(manifests: readonly Descriptor[]): string {
  return JSON.stringify({ schemaVersion: 2, mediaType: OCI_INDEX, manifests })
}

function named(descriptor: Descriptor, name: string, platform?: Platform): Descriptor {
  return { ...descriptor, platform, annotations: { 'org.opencontainers.image.ref.name': name } }
}

function open(files: Files, platform: Platform = AMD64): Promise<OpenedImages> {
  return openImages(
    { path: temporaryFile(tarOf(Object.entries(files))) },
    { spoolDirectory: temporaryDirectory(), platform },
  )
}

function layoutDirectory(files: Files): string {
  const root = temporaryDirectory()
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true })
    writeFileSync(join(root, name), content)
  }
  return root
}

const small = smallImage(['one', 'two'])
const { files, descriptor } = blobsOf(small)

describe('an OCI layout', () => {
  it('gives the image with its manifest as stored', async () => {
    await using opened = await open({
      ...LAYOUT,
      ...files,
      'index.json': indexOf([named(descriptor, 'reg.example/app:1')]),
    })
    const [found] = opened.images
    expect(opened.format).toBe('oci-archive')
    expect(found?.names).toEqual(['reg.example/app:1'])
    expect(found?.image.manifest?.descriptor).toEqual(descriptor)
    expect(await Promise.all((found?.image.layers ?? []).map(layer => collect(layer.uncompressed())))).toEqual(
      small.tars,
    )
  })

  it('is read from a directory', async () => {
    const path = layoutDirectory({ ...LAYOUT, ...files, 'index.json': indexOf([descriptor]) })
    await using opened = await openImages({ path }, { spoolDirectory: temporaryDirectory(), platform: AMD64 })
    expect(opened.format).toBe('oci-layout')
    expect(opened.images.map(({ names, image }) => [names, image.id])).toEqual([[[], small.image.id]])
    for (const layer of opened.images[0]?.image.layers ?? [])
      expect(await collect(layer.uncompressed())).not.toHaveLength(0)
  })

  it('has one image with every name it bears', async () => {
    const full = {
      ...descriptor,
      annotations: { 'io.containerd.image.name': 'docker.io/library/x:1', 'org.opencontainers.image.ref.name': '1' },
    }
    const index = indexOf([
      full,
      named(descriptor, 'y:2'),
      named(descriptor, 'latest'),
      named(descriptor, 'Not A Name:x'),
    ])
    await using opened = await open({ ...LAYOUT, ...files, 'index.json': index })
    expect(opened.images.map(({ names }) => names)).toEqual([['docker.io/library/x:1', 'docker.io/library/y:2']])
  })

  it('keeps images without a name apart', async () => {
    const other = smallImage(['three'])
    const second = blobsOf(other)
    const index = indexOf([
      { ...descriptor, platform: AMD64 },
      { ...second.descriptor, platform: AMD64 },
    ])
    await using opened = await open({ ...LAYOUT, ...files, ...second.files, 'index.json': index })
    expect(opened.images.map(({ image }) => image.id)).toEqual([small.image.id, other.image.id])
  })
})

describe('an OCI layout for several platforms', () => {
  const arm = smallImage(['arm'], { architecture: 'arm64' })
  const armBlobs = blobsOf(arm)
  const ARM64 = { os: 'linux', architecture: 'arm64' }
  const nested = Buffer.from(
    indexOf([
      { ...descriptor, platform: AMD64 },
      { ...armBlobs.descriptor, platform: ARM64 },
      {
        ...descriptor,
        platform: { os: 'unknown', architecture: 'unknown' },
        annotations: { 'vnd.docker.reference.type': 'attestation-manifest' },
      },
    ]),
  )
  const nestedDescriptor = { mediaType: OCI_INDEX, digest: digestOf(nested), size: nested.length }
  const all = { ...LAYOUT, ...files, ...armBlobs.files, [blobPath(nestedDescriptor.digest)]: nested }

  it.each([
    ['nested index', indexOf([named(nestedDescriptor, 'app:1')])],
    ['entries of one name', indexOf([named(descriptor, 'app:1', AMD64), named(armBlobs.descriptor, 'app:1', ARM64)])],
    [
      'entries without name',
      indexOf([
        { ...descriptor, platform: AMD64 },
        { ...armBlobs.descriptor, platform: ARM64 },
      ]),
    ],
    [
      'entries that do not name their platform',
      indexOf([named(descriptor, 'app:1'), named(armBlobs.descriptor, 'app:1')]),
    ],
  ])('gives the right one: %s', async (_, index) => {
    for (const [platform, id] of [
      [AMD64, small.image.id],
      [ARM64, arm.image.id],
    ] as const) {
      await using opened = await open({ ...all, 'index.json': index }, platform)
      expect(opened.images.map(({ image }) => image.id)).toEqual([id])
    }
  })

  it('says which platforms there are when none fits', async () => {
    const index = indexOf([
      { ...descriptor, platform: AMD64 },
      { ...armBlobs.descriptor, platform: ARM64 },
    ])
    await expect(open({ ...all, 'index.json': index }, { os: 'linux', architecture: 's390x' })).rejects.toMatchObject({
      code: 'ARCHIVE_NO_IMAGE',
      hint: 'It has images for linux/amd64, linux/arm64: choose one with --platform.',
    })
  })

  it('takes the one whose blobs are there, as docker save leaves the others out', async () => {
    const partial: Files = { ...all, 'index.json': indexOf([named(nestedDescriptor, 'app:1')]) }
    delete partial[blobPath(descriptor.digest)]
    await using opened = await open(partial)
    expect(opened.images.map(({ image }) => image.id)).toEqual([arm.image.id])
  })
})

describe('a hostile OCI layout', () => {
  const good: Files = { ...LAYOUT, ...files, 'index.json': indexOf([descriptor]) }
  const manifestPath = blobPath(descriptor.digest)
  const configPath = blobPath(small.image.id)
  const layerPath = blobPath(small.diffIds[0] ?? small.image.id)
  const without = (name: string): Files => Object.fromEntries(Object.entries(good).filter(([key]) => key !== name))
  const self = (): Files => {
    const chain: Files = {}
    let inner = descriptor
    for (let i = 0; i < 10; i++) {
      const bytes = Buffer.from(indexOf([inner]))
      inner = { mediaType: OCI_INDEX, digest: digestOf(bytes), size: bytes.length }
      chain[blobPath(inner.digest)] = bytes
    }
    return { ...good, ...chain, 'index.json': indexOf([inner]) }
  }
  it.each<[string, Files, string]>([
    [
      'another layout version',
      { ...good, 'oci-layout': '{"imageLayoutVersion":"2.0"}' },
      'layout version "2.0" is not known',
    ],
    [
      'a manifest that is not its digest',
      { ...good, [manifestPath]: Buffer.alloc(descriptor.size, 32) },
      'got sha256:',
    ],
    ['a manifest of another size', { ...good, [manifestPath]: '{}' }, `expected ${descriptor.size} bytes, got 2`],
    ['a missing manifest', without(manifestPath), 'no image for linux/amd64'],
    ['a missing config', without(configPath), 'is not in it'],
    ['a missing layer', without(layerPath), `layer ${layerPath} is missing`],
    [
      'a config that is not its digest',
      { ...good, [configPath]: Buffer.alloc(small.image.configBytes.length, 32) },
      'got sha256:',
    ],
    [
      'a digest that is a path',
      { ...good, 'index.json': indexOf([{ ...descriptor, digest: 'sha256:../../../etc/passwd' }]) },
      'archive.tar: decoding manifest: manifests[0].digest: expected a digest',
    ],
    ['indexes nested without end', self(), 'indexes are nested more than 4 deep'],
    ['an index.json that is none', { ...good, 'index.json': '[]' }, 'decoding manifest'],
  ])('with %s is refused', async (_, hostile, message) => {
    await expect(open(hostile)).rejects.toThrow(message)
  })

  it('with a layer that is not its digest never gives its last bytes', async () => {
    await using opened = await open({ ...good, [layerPath]: Buffer.alloc(small.tars[0]?.length ?? 0) })
    const [found] = opened.images
    const layer = found?.image.layers[0]
    await expect(collect(layer?.uncompressed() ?? small.image.layers[0]!.uncompressed())).rejects.toMatchObject({
      code: 'BLOB_DIGEST_MISMATCH',
    })
  })

  it('that is a directory with a link out', async () => {
    const path = layoutDirectory(good)
    rmSync(join(path, layerPath))
    symlinkSync('/etc/hostname', join(path, layerPath))
    await expect(openImages({ path }, { spoolDirectory: temporaryDirectory(), platform: AMD64 })).rejects.toThrow(
      `${layerPath} leads outside`,
    )
  })
})
