import { describe, expect, it } from 'vitest'
import { readTar } from '../../layer/index.ts'
import { digestOf, type Image, OCI_LAYER_GZIP } from '../../oci/index.ts'
import { collect, once, smallImage, temporaryDirectory, temporaryFile } from '../archive.fixture.ts'
import type { ImageToWrite } from '../archive.ts'
import { makeManifest } from '../manifest-bytes.ts'
import { openImages } from '../read/open-images.ts'
import { writeDockerArchive, writeOciArchive } from './archives.ts'

const { image, tars } = smallImage(['one', 'two'])
const NAMED: ImageToWrite = { names: ['docker.io/library/app:1', 'reg.example/app:2'], image }

async function bytesOf(write: typeof writeDockerArchive, images: readonly ImageToWrite[]): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  await write(images, async chunk => {
    await Promise.resolve()
    chunks.push(Buffer.from(chunk))
  })
  return Buffer.concat(chunks)
}

async function namesIn(tar: Buffer): Promise<string[]> {
  const names: string[] = []
  for await (const entry of readTar(once(tar))) names.push(entry.header.name)
  return names
}

describe.each([
  ['writeDockerArchive', writeDockerArchive, 'docker-archive'],
  ['writeOciArchive', writeOciArchive, 'oci-archive'],
] as const)('%s', (_, write, format) => {
  it('writes what openImages reads', async () => {
    const other = smallImage(['three'])
    const path = temporaryFile(await bytesOf(write, [NAMED, { names: [], image: other.image }]))
    await using opened = await openImages(
      { path },
      { spoolDirectory: temporaryDirectory(), platform: { os: 'linux', architecture: 'amd64' } },
    )
    expect(opened.format).toBe(format)
    expect(opened.images.map(({ names, image: { id } }) => [names, id])).toEqual([
      [NAMED.names, image.id],
      [[], other.image.id],
    ])
    const layers = opened.images[0]?.image.layers ?? []
    expect(await Promise.all(layers.map(layer => collect(layer.uncompressed())))).toEqual(tars)
  })

  it('writes the same bytes every time, sorted, without owner and time', async () => {
    const first = await bytesOf(write, [NAMED])
    expect(await bytesOf(write, [NAMED])).toEqual(first)
    const names = await namesIn(first)
    expect(names).toEqual([...names].sort())
    for await (const { header } of readTar(once(first)))
      expect([header.mtime, header.uid, header.gid]).toEqual([0, 0, 0])
  })

  it('writes each blob once', async () => {
    const names = await namesIn(await bytesOf(write, [NAMED, { ...NAMED, names: ['docker.io/library/again:1'] }]))
    expect(new Set(names).size).toBe(names.length)
  })

  it('keeps manifest and blobs as stored when they are given', async () => {
    const stored = tars.map((tar, i) => Buffer.concat([Buffer.from(`compressed ${i}`), tar.subarray(0, 20)]))
    const descriptors = stored.map(blob => ({ mediaType: OCI_LAYER_GZIP, digest: digestOf(blob), size: blob.length }))
    const manifest = makeManifest(image.configBytes, descriptors, { note: 'kept' })
    const blobs = {
      open: ({ digest }: { digest: string }) => once(stored.find(blob => digestOf(blob) === digest) ?? Buffer.alloc(0)),
    }
    const path = temporaryFile(await bytesOf(write, [{ names: [], image: { ...image, manifest }, blobs }]))
    await using opened = await openImages(
      { path },
      { spoolDirectory: temporaryDirectory(), platform: { os: 'linux', architecture: 'amd64' } },
    )
    const [found] = opened.images
    expect(found?.image.manifest?.bytes).toEqual(manifest.bytes)
    for (const [i, descriptor] of descriptors.entries())
      expect(found && (await collect(found.blobs.open(descriptor)))).toEqual(stored[i])
  })

  it.each([
    ['longer', 1],
    ['shorter', -1],
  ])('fails when a layer is %s than it was said to be', async (__, by) => {
    const layers = image.layers.map(layer => ({ ...layer, uncompressedBytes: (layer.uncompressedBytes ?? 0) - by }))
    await expect(bytesOf(write, [{ ...NAMED, image: { ...image, layers } }])).rejects.toMatchObject({
      code: 'BLOB_SIZE_MISMATCH',
    })
  })

  it('fails before it writes when the length of a layer is not known', async () => {
    const unknown: Image = { ...image, layers: image.layers.map(layer => ({ ...layer, uncompressedBytes: undefined })) }
    await expect(async () => bytesOf(write, [{ ...NAMED, image: unknown }])).rejects.toMatchObject({
      code: 'IMAGE_LAYER_SIZE_UNKNOWN',
    })
  })

  it('stops when it is told to', async () => {
    const signal = AbortSignal.abort(new Error('enough'))
    await expect(write([NAMED], () => {}, signal)).rejects.toThrow('enough')
  })
})
