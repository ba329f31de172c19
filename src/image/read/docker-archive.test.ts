import { gzipSync, zstdCompressSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { digestOf } from '../../oci/index.ts'
import { collect, once, smallImage, tarOf, temporaryDirectory, temporaryFile } from '../archive.fixture.ts'
import type { OpenedImages } from '../archive.ts'
import { openImages } from './open-images.ts'

const PLATFORM = { os: 'linux', architecture: 'amd64' }

async function open(tar: Uint8Array): Promise<OpenedImages> {
  return openImages({ path: temporaryFile(tar) }, { spoolDirectory: temporaryDirectory(), platform: PLATFORM })
}

const { image, tars, diffIds } = smallImage(['one', 'two'])
const hex = image.id.slice(7)
const MANIFEST = [
  { Config: `${hex}.json`, RepoTags: ['app:1', 'reg.example/app:2'], Layers: ['a/layer.tar', 'b/layer.tar'] },
]

function archive(manifest: unknown = MANIFEST, layers: readonly Uint8Array[] = tars): Buffer {
  return tarOf([
    ['a/layer.tar', layers[0]],
    ['b/layer.tar', layers[1]],
    [`${hex}.json`, image.configBytes],
    ['manifest.json', JSON.stringify(manifest)],
  ])
}

describe('a docker-archive', () => {
  it('gives names, config and layers', async () => {
    await using opened = await open(archive())
    const [found] = opened.images
    expect(opened.format).toBe('docker-archive')
    expect(found?.names).toEqual(['docker.io/library/app:1', 'reg.example/app:2'])
    expect(found?.image.id).toBe(image.id)
    expect(found?.image.manifest).toBeUndefined()
    for (const [i, layer] of (found?.image.layers ?? []).entries()) {
      expect(layer.diffId).toBe(diffIds[i])
      expect(layer.uncompressedBytes).toBe(tars[i]?.length)
      expect(await collect(layer.uncompressed())).toEqual(tars[i])
      if (layer.descriptor && found) expect(await collect(found.blobs.open(layer.descriptor))).toEqual(tars[i])
    }
  })

  it.each([
    ['gzip', gzipSync, 'application/vnd.oci.image.layer.v1.tar+gzip'],
    ['zstd', zstdCompressSync, 'application/vnd.oci.image.layer.v1.tar+zstd'],
  ] as const)('may hold %s layers', async (_, compress, mediaType) => {
    const stored = tars.map(tar => compress(tar))
    await using opened = await open(archive(MANIFEST, stored))
    const layer = opened.images[0]?.image.layers[1]
    expect(layer?.descriptor).toEqual({ mediaType, digest: digestOf(stored[1] as Buffer), size: stored[1]?.length })
    expect(layer?.uncompressedBytes).toBeUndefined()
    expect(await collect(layer?.uncompressed() ?? once(Buffer.alloc(0)))).toEqual(tars[1])
  })

  it('follows links to layers, as podman and old Docker write them', async () => {
    const linked = tarOf([
      ['layers/one.tar', tars[0]],
      [{ name: 'a/layer.tar', type: 'symlink', linkname: '../layers/one.tar' }],
      [{ name: 'b/layer.tar', type: 'hardlink', linkname: 'b.tar' }],
      ['b.tar', tars[1]],
      [`${hex}.json`, image.configBytes],
      ['./manifest.json', JSON.stringify(MANIFEST)],
    ])
    await using opened = await open(linked)
    const layers = opened.images[0]?.image.layers ?? []
    expect(await Promise.all(layers.map(layer => collect(layer.uncompressed())))).toEqual(tars)
  })

  it('lists an image once that has an entry for each name', async () => {
    const manifest = [
      { ...MANIFEST[0], RepoTags: ['a:1'] },
      { ...MANIFEST[0], RepoTags: ['b:1'] },
      { ...MANIFEST[0], RepoTags: null },
    ]
    await using opened = await open(archive(manifest))
    expect(opened.images.map(({ names }) => names)).toEqual([['docker.io/library/a:1', 'docker.io/library/b:1']])
  })

  it('comes from a stream in any order', async () => {
    await using opened = await openImages(
      { stream: once(archive()) },
      { spoolDirectory: temporaryDirectory(), platform: PLATFORM },
    )
    expect(opened.images[0]?.image.id).toBe(image.id)
  })

  it('may be compressed as a whole', async () => {
    await using opened = await open(gzipSync(archive()))
    expect(opened.images[0]?.image.id).toBe(image.id)
  })
})

describe('a hostile docker-archive', () => {
  const withLink = (linkname: string): Buffer =>
    tarOf([[{ name: 'a/layer.tar', type: 'symlink', linkname }], ['manifest.json', JSON.stringify(MANIFEST)]])
  const file = `${hex}.json`
  it.each<[string, Buffer, string]>([
    ['a name that climbs out', tarOf([['../evil', 'x']]), 'the name "../evil" is not allowed'],
    ['an absolute name', tarOf([['/etc/passwd', 'x']]), 'the name "/etc/passwd" is not allowed'],
    ['a link out', withLink('../../etc/passwd'), 'the link a/layer.tar leads outside, to "../../etc/passwd"'],
    ['an absolute link', withLink('/etc/passwd'), 'the link a/layer.tar leads outside, to "/etc/passwd"'],
    ['a link to itself', withLink('layer.tar'), `${file} is missing`],
    ['a device', tarOf([[{ name: 'dev', type: 'char', device: [1, 3] }]]), 'dev is neither file, directory nor link'],
    [
      'one name twice',
      tarOf([
        ['manifest.json', '[]'],
        ['./manifest.json', '[]'],
      ]),
      'manifest.json is in it twice',
    ],
    ['a missing config', tarOf([['manifest.json', JSON.stringify(MANIFEST)]]), `${file} is missing`],
    [
      'a missing layer',
      tarOf([
        [file, image.configBytes],
        ['manifest.json', JSON.stringify(MANIFEST)],
      ]),
      'layer a/layer.tar is missing',
    ],
    [
      'a config that is not what its name says',
      tarOf([
        [file, '{}'],
        ['manifest.json', JSON.stringify(MANIFEST)],
      ]),
      `config ${file} has digest`,
    ],
    ['a config outside', archive([{ Config: '../x.json', Layers: [] }]), 'the name "../x.json" is not allowed'],
    ['a manifest.json that is not JSON', tarOf([['manifest.json', '[{']]), 'manifest.json: '],
    ['a manifest.json of another shape', tarOf([['manifest.json', '[{"Config":1}]']]), 'manifest.json: '],
    ['a manifest.json without images', tarOf([['manifest.json', '[]']]), 'manifest.json lists no image'],
    ['an impossible name', archive([{ ...MANIFEST[0], RepoTags: ['Not A Name'] }]), 'manifest.json: '],
    [
      'a huge manifest.json',
      tarOf([['manifest.json', Buffer.alloc(5 << 20, 32)]]),
      'manifest.json has 5242880 bytes, expected at most 4194304',
    ],
    [
      'too few layers',
      archive([{ ...MANIFEST[0], Layers: ['a/layer.tar'] }]),
      'expected 2 layers (rootfs.diff_ids), got 1',
    ],
    ['its end cut off', archive().subarray(0, 1600), 'it is cut off within a/layer.tar'],
  ])('with %s is refused', async (_, tar, message) => {
    await expect(open(tar)).rejects.toThrow(message)
  })

  it.each([
    ['plain', (tar: Buffer) => tar, 'BLOB_DIGEST_MISMATCH'],
    ['compressed', (tar: Buffer) => gzipSync(tar), 'LAYER_DIFF_ID_MISMATCH'],
  ] as const)('with a wrong %s layer never gives its last bytes', async (_, form, code) => {
    const wrong = tarOf([['file-0', 'evil']])
    await using opened = await open(archive(MANIFEST, [form(wrong), form(tars[1] as Buffer)]))
    const layer = opened.images[0]?.image.layers[0]
    const received: Uint8Array[] = []
    const read = async (): Promise<void> => {
      for await (const chunk of layer?.uncompressed() ?? []) received.push(chunk)
    }
    await expect(read()).rejects.toMatchObject({ code })
    expect(Buffer.concat(received).length).toBeLessThan(wrong.length)
  })
})

describe('what is no image archive', () => {
  it.each<[string, Buffer, string]>([
    [
      'a tar of something else',
      tarOf([['etc/passwd', 'x']]),
      'it has neither manifest.json nor oci-layout and index.json',
    ],
    ['text', Buffer.from('hello world, this is no tar. '.repeat(40)), 'this is not an image archive'],
    ['an empty file', Buffer.alloc(0), 'this is not an image archive'],
  ])('%s', async (_, tar, message) => {
    await expect(open(tar)).rejects.toMatchObject({
      code: 'ARCHIVE_UNRECOGNIZED',
      message: expect.stringContaining(message),
    })
  })

  it('a path where nothing is', async () => {
    const options = { spoolDirectory: temporaryDirectory(), platform: PLATFORM }
    await expect(openImages({ path: '/nonexistent/x.tar' }, options)).rejects.toMatchObject({
      code: 'ARCHIVE_NOT_FOUND',
    })
  })
})
