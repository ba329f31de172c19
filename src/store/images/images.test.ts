import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import { chainIdOf, type Digest, type Manifest, OCI_CONFIG, OCI_LAYER_GZIP, OCI_MANIFEST } from '../../oci/index.ts'
import { configBytes, someDigest, storeProcess, useStore } from '../store.fixture.ts'
import type { StoredImage } from './images.ts'

const fixture = useStore()
const LATEST = 'docker.io/library/app:latest'

async function image(
  seed: string,
  names: readonly string[] = [],
  diffIds: readonly Digest[] = [],
): Promise<StoredImage> {
  return await fixture.store.images.record({ configBytes: configBytes(seed, diffIds), names })
}

function manifestOf(id: Digest, size: number, layers: readonly Digest[]): Buffer {
  const value: Manifest = {
    schemaVersion: 2,
    mediaType: OCI_MANIFEST,
    config: { mediaType: OCI_CONFIG, digest: id, size },
    layers: layers.map(digest => ({ mediaType: OCI_LAYER_GZIP, digest, size: 10 })),
  }
  return Buffer.from(JSON.stringify(value))
}

function codeOf(work: () => unknown): string | undefined {
  try {
    work()
  } catch (error) {
    return (error as { code?: string }).code
  }
  return undefined
}

describe('recording an image', () => {
  it('gives it back with layers, sizes and documents', async () => {
    const diffIds = [someDigest('layer 1'), someDigest('layer 2')]
    const config = configBytes('a', diffIds)
    const sizes = new Map(diffIds.map((diffId, i) => [diffId, 100 + i]))
    const recorded = await fixture.store.images.record({ configBytes: config, uncompressedBytes: sizes })
    expect(recorded).toMatchObject({
      platform: { os: 'linux', architecture: 'amd64' },
      createdMs: Date.UTC(2024, 0, 2, 3, 4, 5),
      names: [],
      uncompressedBytes: 201,
    })
    expect(recorded.layers.map(layer => layer.chainId)).toEqual([chainIdOf(diffIds.slice(0, 1)), chainIdOf(diffIds)])
    const documents = fixture.store.images.documents(recorded.id)
    expect(Buffer.from(documents.configBytes).equals(config)).toBe(true)
    expect(documents.manifest).toBeUndefined()
  })

  it('takes its manifest later on, bytes as they are', async () => {
    const { id } = await image('a', [LATEST], [someDigest('layer')])
    const config = configBytes('a', [someDigest('layer')])
    const bytes = manifestOf(id, config.length, [someDigest('blob')])
    const again = await fixture.store.images.record({
      configBytes: config,
      manifest: { bytes, mediaType: OCI_MANIFEST },
    })
    expect(again.names).toEqual([LATEST])
    const { manifest } = fixture.store.images.documents(id)
    expect(Buffer.from(manifest?.bytes ?? []).equals(bytes)).toBe(true)
    expect(manifest?.descriptor).toEqual({ mediaType: OCI_MANIFEST, digest: again.manifestDigest, size: bytes.length })
    expect((await image('a', [], [someDigest('layer')])).manifestDigest).toBe(again.manifestDigest)
  })

  it('refuses the manifest of another image', async () => {
    const config = configBytes('a', [someDigest('layer')])
    const other = { bytes: manifestOf(someDigest('other'), 5, [someDigest('blob')]), mediaType: OCI_MANIFEST }
    await expect(fixture.store.images.record({ configBytes: config, manifest: other })).rejects.toMatchObject({
      code: 'IMAGE_INVALID',
    })
    const { id } = await image('a', [], [someDigest('layer')])
    const tooFew = { bytes: manifestOf(id, config.length, []), mediaType: OCI_MANIFEST }
    await expect(fixture.store.images.record({ configBytes: config, manifest: tooFew })).rejects.toMatchObject({
      code: 'IMAGE_INVALID',
      facts: { expected: 1, actual: 0 },
    })
  })

  it('that is there already writes nothing', async () => {
    const { id } = await image('a', [LATEST])
    await fixture.store.close()
    expect((await image('a', [LATEST])).id).toBe(id)
    expect(fixture.store.db.all('SELECT id FROM lease')).toEqual([])
  })
})

describe('names', () => {
  it('move from one image to the next', async () => {
    const [a, b] = [await image('a', [LATEST]), await image('b')]
    expect(fixture.store.images.tag(b.id, LATEST)).toBe(a.id)
    expect(fixture.store.images.tag(b.id, LATEST)).toBeUndefined()
    expect(fixture.store.images.get(a.id)?.names).toEqual([])
    expect(fixture.store.images.findByName(LATEST)?.id).toBe(b.id)
  })

  it('must be in full, with a tag', async () => {
    const { id } = await image('a')
    expect(codeOf(() => fixture.store.images.tag(id, 'app:latest'))).toBe('OCI_INVALID_REFERENCE')
    expect(codeOf(() => fixture.store.images.tag(id, 'docker.io/library/app'))).toBe('IMAGE_INVALID')
    expect(codeOf(() => fixture.store.images.tag(someDigest('gone'), LATEST))).toBe('IMAGE_NOT_FOUND')
  })

  it('show in the list, newest image first', async () => {
    await fixture.store.images.record({ configBytes: configBytes('old', [], '2020-01-01T00:00:00Z'), names: [LATEST] })
    const { id } = await image('new', ['docker.io/library/app:2', 'docker.io/library/app:1'])
    fixture.store.images.addRepoDigest(id, 'docker.io/library/app', someDigest('manifest'))
    const list = fixture.store.images.list()
    expect(list.map(entry => entry.names)).toEqual([['docker.io/library/app:1', 'docker.io/library/app:2'], [LATEST]])
    expect(list[0]?.repoDigests).toEqual([`docker.io/library/app@${someDigest('manifest')}`])
  })
})

describe("resolving a user's word", () => {
  it('knows names, digests and IDs, long and short', async () => {
    const { id } = await image('a', [LATEST])
    const digest = someDigest('manifest')
    fixture.store.images.addRepoDigest(id, 'docker.io/library/app', digest)
    const words = [
      'app',
      'app:latest',
      'docker.io/library/app',
      `app@${digest}`,
      `app:other@${digest}`,
      id,
      id.slice(7),
      id.slice(7, 19),
      id.slice(0, 19),
    ]
    for (const word of words) expect(fixture.store.images.resolve(word).id, word).toBe(id)
  })

  it('prefers a name to the beginning of an ID', async () => {
    const a = await image('a')
    const named = await image('b', [`docker.io/library/${a.id.slice(7, 11)}:latest`])
    expect(fixture.store.images.resolve(a.id.slice(7, 11)).id).toBe(named.id)
  })

  it('does not guess between two IDs', async () => {
    const byFirst = new Map<string, StoredImage>()
    for (let i = 0; ; i++) {
      const next = await image(`seed ${i}`)
      const first = next.id.slice(7, 8)
      const other = byFirst.get(first)
      byFirst.set(first, next)
      if (!other) continue
      expect(() => fixture.store.images.resolve(first)).toThrow(
        expect.objectContaining({
          code: 'IMAGE_AMBIGUOUS',
          facts: expect.objectContaining({ candidates: [other.id, next.id].sort() }),
        }),
      )
      return
    }
  })

  it('says what may have been meant', async () => {
    await image('a', [LATEST])
    expect(() => fixture.store.images.resolve('apq')).toThrow(
      expect.objectContaining({ code: 'IMAGE_NOT_FOUND', hint: 'Did you mean app?' }),
    )
    expect(codeOf(() => fixture.store.images.resolve('app:1'))).toBe('IMAGE_NOT_FOUND')
    expect(codeOf(() => fixture.store.images.resolve(someDigest('gone')))).toBe('IMAGE_NOT_FOUND')
    expect(codeOf(() => fixture.store.images.resolve('App'))).toBe('OCI_INVALID_REFERENCE')
  })
})

describe('removing', () => {
  it('by name takes the name, and the last one the image', async () => {
    const { id } = await image('a', [LATEST, 'docker.io/library/app:1'])
    expect(fixture.store.images.remove('app')).toEqual([{ kind: 'untagged', name: LATEST }])
    expect(fixture.store.images.remove('app:1')).toEqual([
      { kind: 'untagged', name: 'docker.io/library/app:1' },
      { kind: 'deleted', digest: id },
    ])
    expect(fixture.store.images.list()).toEqual([])
  })

  it("takes a repository's digests with its last tag", async () => {
    const { id } = await image('a', [LATEST, 'docker.io/library/other:1'])
    fixture.store.images.addRepoDigest(id, 'docker.io/library/app', someDigest('manifest'))
    expect(fixture.store.images.remove('app')).toEqual([
      { kind: 'untagged', name: LATEST },
      { kind: 'untagged', name: `docker.io/library/app@${someDigest('manifest')}` },
    ])
    expect(fixture.store.images.get(id)?.names).toEqual(['docker.io/library/other:1'])
  })

  it('by digest leaves the tags', async () => {
    const { id } = await image('a', [LATEST])
    fixture.store.images.addRepoDigest(id, 'docker.io/library/app', someDigest('manifest'))
    expect(fixture.store.images.remove(`app@${someDigest('manifest')}`)).toHaveLength(1)
    expect(fixture.store.images.get(id)).toMatchObject({ names: [LATEST], repoDigests: [] })
  })

  it('by ID takes an image with its one name, and more only by force', async () => {
    const one = await image('a', [LATEST])
    expect(fixture.store.images.remove(one.id.slice(7, 19))).toEqual([
      { kind: 'untagged', name: LATEST },
      { kind: 'deleted', digest: one.id },
    ])
    const two = await image('a', [LATEST, 'docker.io/library/other:latest'])
    expect(() => fixture.store.images.remove(two.id)).toThrow(
      expect.objectContaining({
        code: 'IMAGE_IN_USE',
        message: expect.stringContaining('referenced in multiple repositories'),
      }),
    )
    expect(fixture.store.images.remove(two.id, { force: true })).toHaveLength(3)
  })

  it('keeps what another process uses, unless by force or when that process is gone', async () => {
    const { id } = await image('a', [LATEST])
    const child = storeProcess(
      fixture.root,
      `store.lease().hold('image', ${JSON.stringify(id)}); console.log('ready'); setInterval(() => {}, 1000)`,
    )
    await once(child.stdout!, 'data')
    expect(codeOf(() => fixture.store.images.remove('app'))).toBe('IMAGE_IN_USE')
    expect(fixture.store.images.get(id)?.names).toEqual([LATEST])
    child.kill('SIGKILL')
    await once(child, 'close')
    expect(fixture.store.images.remove('app')).toHaveLength(2)
  })

  it('what is not there is an error', () => {
    expect(codeOf(() => fixture.store.images.remove('gone'))).toBe('IMAGE_NOT_FOUND')
  })
})
