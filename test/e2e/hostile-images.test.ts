import { writeFileSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { digestOf } from '../../src/oci/index.ts'
import { type SeenRequest, serve } from '../../src/testkit/http-server.ts'
import { makeTar } from '../../src/testkit/make-tar.ts'
import { type MadeImage, makeDockerArchive, makeManifest } from '../support/hostile-image.ts'
import { leftovers } from '../support/leaks.ts'
import { openTestStore, type TestStore } from '../support/store.ts'
import { tempFolder } from '../support/temp-folder.ts'

const LAYER = makeTar([{ name: 'file', content: 'x' }])
const OTHER = makeTar([{ name: 'other', content: 'y' }])
const zeros = `sha256:${'0'.repeat(64)}`
const rootfs = (...diffIds: string[]) => ({ type: 'layers', diff_ids: diffIds })

interface BadImage extends Partial<MadeImage> {
  readonly says: RegExp
  /** Only in archives, or only from a registry. */
  readonly only?: 'load' | 'pull'
}

const IMAGES: Readonly<Record<string, BadImage>> = {
  'a wrong diff ID': { config: { rootfs: rootfs(zeros) }, says: /expected sha256:0000|diff ID/ },
  "another layer's diff ID": { config: { rootfs: rootfs(digestOf(OTHER)) }, says: /expected sha256:|diff ID/ },
  'too few diff IDs': { config: { rootfs: rootfs() }, says: /expected (0|1) layers?|layers/ },
  'too many diff IDs': { config: { rootfs: rootfs(digestOf(LAYER), zeros) }, says: /expected \d layers|layers/ },
  'no rootfs': { config: { rootfs: null }, says: /rootfs/ },
  'a diff ID that is no digest': { config: { rootfs: rootfs('sha256:xyz') }, says: /digest|diff_ids/ },
  'a diff ID that is a path': { config: { rootfs: rootfs('../../../etc/passwd') }, says: /digest|diff_ids/ },
  'a config that is no JSON': { config: Buffer.from('{"architecture":'), says: /JSON|config/ },
  'a config that is a list': { config: Buffer.from('[]'), says: /config/ },
  'a config of 9 MiB': { config: Buffer.alloc(9 << 20, ' '), says: /bytes|large|MiB|JSON/ },
  'a config with an Env of another type': {
    config: { config: { Env: 'PATH=/bin' } },
    says: /Env/,
  },
  'a name with escape sequences': { name: '\u001b[2Jevil', says: /invalid|reference/, only: 'load' },
  'a layer name that climbs out': {
    manifest: { Layers: ['../../../../etc/passwd'] },
    says: /not allowed/,
    only: 'load',
  },
  'a layer that is missing': { manifest: { Layers: ['nosuch.tar'] }, says: /nosuch\.tar is missing/, only: 'load' },
  'more layers than diff IDs': {
    manifest: { Layers: ['layer0.tar', 'layer0.tar'] },
    says: /layers/,
    only: 'load',
  },
}

describe('hostile images: refused with a clear error, nothing left', () => {
  let store: TestStore

  beforeAll(() => {
    store = openTestStore()
  })
  afterAll(() => store[Symbol.dispose]())

  const refused = async (args: readonly string[], says: RegExp): Promise<void> => {
    const { code, stderr, stdout } = await store.tare(args)
    expect(stderr).toMatch(says)
    expect(stderr).not.toContain('internal error')
    expect(stderr).not.toContain('\u001b')
    expect([code, stdout]).toEqual([1, ''])
    expect(leftovers(store.root)).toEqual([])
    expect((await store.tare(['images', '-q'])).stdout).toBe('')
  }
  const load = async (archive: Uint8Array, says: RegExp): Promise<void> => {
    using folder = tempFolder()
    const file = join(folder.path, 'image.tar')
    writeFileSync(file, archive)
    await refused(['load', '-i', file], says)
  }
  const images = Object.entries(IMAGES).map(([name, { says, only, ...image }]) => {
    return { name, says, only, image: { layers: [LAYER], ...image } }
  })

  it.each(images.filter(({ only }) => only !== 'pull'))('load: $name', async ({ image, says }) => {
    await load(makeDockerArchive(image), says)
  })

  it.each(images.filter(({ only }) => only !== 'load'))('pull: $name', async ({ image, says }) => {
    await using registry = await serveBlobs(image)
    await refused(['pull', `${registry.host}/evil`], says)
  })

  it('load: a config for another platform is loaded as docker does, and not run', async () => {
    using folder = tempFolder()
    const file = join(folder.path, 'image.tar')
    writeFileSync(file, makeDockerArchive({ layers: [LAYER], config: { architecture: 's390x' }, name: 'foreign' }))
    expect((await store.tare(['load', '-i', file])).code).toBe(0)
    expect((await store.tare(['rmi', 'foreign'])).code).toBe(0)
  })

  it('load: an archive that expands without end is stopped by its header', async () => {
    const bomb = makeTar([{ name: 'zeros', content: Buffer.alloc(32 << 20) }])
    await load(gzipSync(Buffer.concat([bomb, Buffer.alloc(64 << 20, 1)])), /neither manifest\.json/)
  })

  it('load: a layer that promises a terabyte of holes takes no disk and no time', async () => {
    using folder = tempFolder()
    const file = join(folder.path, 'image.tar')
    writeFileSync(file, makeDockerArchive({ layers: [sparseTar(1024 ** 4)], name: 'sparse' }))
    const since = performance.now()
    const { code, stderr } = await store.tare(['load', '-i', file])
    expect(performance.now() - since).toBeLessThan(30_000)
    expect(stderr).not.toContain('internal error')
    if (code === 0) expect((await store.tare(['rmi', 'sparse'])).code).toBe(0)
    expect(leftovers(store.root)).toEqual([])
  })

  it('load: a PAX header larger than any is refused before it is read', async () => {
    const huge = makeTar([{ name: 'x', xattrs: new Map([['user.big', Buffer.alloc(2 << 20)]]) }])
    await load(makeDockerArchive({ layers: [huge] }), /extended header of one entry is larger/)
  })

  it('pull: a manifest that is served as another type', async () => {
    await using registry = await serveBlobs({ layers: [LAYER] }, { type: 'application/vnd.oci.image.index.v1+json' })
    await refused(['pull', `${registry.host}/evil`], /index|manifests|media type/)
  })

  it('pull: an index that leads to itself', async () => {
    await using registry = await serve((request, response) => {
      if (request.url === '/v2/') return void response.end('{}')
      const loop = { schemaVersion: 2, mediaType: 'application/vnd.oci.image.index.v1+json', manifests: [LOOP] }
      sendManifest(response, Buffer.from(JSON.stringify(loop)), loop.mediaType)
    })
    await refused(['pull', `${registry.host}/evil`], /./)
  })

  it.each([
    ['shorter than its size', (bytes: Uint8Array) => bytes.subarray(0, bytes.length - 1)],
    ['longer than its size', (bytes: Uint8Array) => Buffer.concat([bytes, Buffer.of(0)])],
    ['with a byte changed', (bytes: Uint8Array) => Buffer.from(bytes).fill(1, bytes.length - 4)],
  ])('pull: a layer %s', async (_, spoil) => {
    await using registry = await serveBlobs({ layers: [LAYER] }, { spoil })
    await refused(['pull', `${registry.host}/evil`], /expected|digest|size|bytes/)
  })

  it('pull: a registry that dies in the middle of a layer, then works', async () => {
    const big = makeTar([
      { name: 'big', content: Buffer.from(Array.from({ length: 1 << 20 }, (_, i) => (i * i) & 255)) },
    ])
    const registry = await serveBlobs({ layers: [big] }, { breakAt: 1000 })
    await refused(['pull', `${registry.host}/evil`], /./)
    await registry.close()
    await using whole = await serveBlobs({ layers: [big] })
    const pulled = await store.tare(['pull', `${whole.host}/fine`])
    expect(pulled.code, pulled.stderr).toBe(0)
    expect((await store.tare(['rmi', `${whole.host}/fine`])).code).toBe(0)
  })

  it('leaves a store in which everything is right', async () => {
    expect((await store.tare(['check-store', '--deep'])).stdout).toBe('ok: nothing wrong\n')
  })
})

const LOOP = { mediaType: 'application/vnd.oci.image.index.v1+json', digest: zeros, size: 300 }

interface Twists {
  readonly type?: string
  readonly spoil?: (bytes: Uint8Array) => Uint8Array
  /** Breaks the connection after so many bytes of a blob. */
  readonly breakAt?: number
}

/** A registry on loopback that has one image under every name. Layers come spoiled. */
function serveBlobs(image: MadeImage, { type, spoil, breakAt }: Twists = {}) {
  const { manifest, blobs } = makeManifest(image)
  const config = digestOf(blobs.values().next().value as Uint8Array)
  return serve((request: SeenRequest, response) => {
    const digest = /\/blobs\/([^/?]+)$/.exec(request.url)?.[1] ?? ''
    const blob = blobs.get(digest)
    if (request.url === '/v2/') return void response.end('{}')
    if (request.url.includes('/manifests/'))
      return sendManifest(response, manifest, type ?? 'application/vnd.oci.image.manifest.v1+json')
    if (!blob) return void response.writeHead(404).end('{}')
    if (digest === config) return void response.end(blob)
    if (breakAt !== undefined) {
      response.writeHead(200, { 'content-length': blob.length })
      response.write(blob.subarray(0, breakAt), () => response.destroy())
      return
    }
    response.end(spoil ? spoil(blob) : blob)
  })
}

function sendManifest(response: ServerResponse, bytes: Uint8Array, type: string): void {
  response.setHeader('content-type', type)
  response.setHeader('docker-content-digest', digestOf(bytes))
  response.end(bytes)
}

/** A PAX 1.0 sparse file of one hole. */
function sparseTar(size: number): Buffer {
  const records = {
    'GNU.sparse.major': '1',
    'GNU.sparse.minor': '0',
    'GNU.sparse.name': 'hole',
    'GNU.sparse.realsize': String(size),
  }
  const map = Buffer.alloc(512)
  map.write('0\n')
  const pax = Buffer.concat(Object.entries(records).map(([key, value]) => paxRecord(key, value)))
  const entries = makeTar([
    { name: 'pax', content: pax },
    { name: 'hole', content: map },
  ])
  // The first entry's type flag and checksum: makeTar knows no bare PAX headers.
  const [flag, sum] = [156, 148]
  entries[flag] = 'x'.charCodeAt(0)
  entries.fill(0x20, sum, sum + 8)
  const total = entries.subarray(0, 512).reduce((all, byte) => all + byte, 0)
  entries.write(`${total.toString(8).padStart(6, '0')}\0 `, sum)
  return entries
}

function paxRecord(key: string, value: string): Buffer {
  const rest = key.length + value.length + 3
  const length = rest + String(rest + 2).length
  return Buffer.from(`${length} ${key}=${value}\n`)
}
