import { existsSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { beforeEach, describe, expect, it } from 'vitest'
import { OCI_LAYER_GZIP } from '../oci/index.ts'
import { openStore } from './index.ts'
import { configBytes, someDigest, storeProcess, useStore } from './store.fixture.ts'

const fixture = useStore()
const LAYER = someDigest('layer')

/** What this process holds is let go, as if it had ended. */
async function endProcess(): Promise<void> {
  await fixture.store.close()
}

describe('gc of blobs', () => {
  it('keeps configs, manifests, indexes and layer forms of images, and takes the rest', async () => {
    const { content, images, layers } = fixture.store
    const form = await content.putBytes(Buffer.from('form of the layer'))
    const index = await content.putBytes(Buffer.from('index'))
    const unused = await content.putBytes(Buffer.from('unused'))
    const unusedForm = await content.putBytes(Buffer.from('form of no image'))
    const { id } = await images.record({
      configBytes: configBytes('a', [LAYER]),
      names: ['docker.io/library/app:latest'],
    })
    images.addRepoDigest(id, 'docker.io/library/app', index.digest)
    layers.addForm(LAYER, { digest: form.digest, mediaType: OCI_LAYER_GZIP })
    layers.addForm(someDigest('other layer'), { digest: unusedForm.digest, mediaType: OCI_LAYER_GZIP })
    await endProcess()
    expect(fixture.store.usage()).toMatchObject({ blobs: 5, reclaimableBlobs: 2, reclaimableBytes: 22 })
    const removed = await fixture.store.removeUnusedBlobs()
    expect([...removed.digests].sort()).toEqual([unused.digest, unusedForm.digest].sort())
    expect(removed.compressedBytes).toBe(22)
    for (const { digest } of [form, index]) expect(existsSync(content.pathOf(digest))).toBe(true)
    expect(existsSync(content.pathOf(unused.digest))).toBe(false)
    expect(layers.formsOf(LAYER)).toEqual([{ mediaType: OCI_LAYER_GZIP, digest: form.digest, size: form.size }])
    expect(layers.formsOf(someDigest('other layer'))).toEqual([])
  })

  it('forgets layers that nothing knows any more', async () => {
    fixture.store.layers.setUncompressedBytes(LAYER, 5)
    fixture.store.layers.setUncompressedBytes(someDigest('gone'), 5)
    await fixture.store.images.record({ configBytes: configBytes('a', [LAYER]) })
    await fixture.store.removeUnusedBlobs()
    expect([
      fixture.store.layers.uncompressedBytes(LAYER),
      fixture.store.layers.uncompressedBytes(someDigest('gone')),
    ]).toEqual([5, undefined])
  })

  it('and a process that puts the same blob again and again do not hurt each other', async () => {
    const putting = storeProcess(
      fixture.root,
      `const { existsSync } = await import('node:fs')
      await store.close()
      for (let i = 0; i < 40; i++) {
        const { digest } = await store.content.putBytes(Buffer.from('contested'))
        if (!existsSync(store.content.pathOf(digest))) console.log('lost')
        await store.close()
      }`,
    )
    const said = Promise.all([text(putting.stdout!), text(putting.stderr!)])
    while (putting.exitCode === null && putting.signalCode === null) {
      await fixture.store.removeUnusedBlobs()
      await new Promise(setImmediate)
    }
    expect(await said).toEqual(['', ''])
    await fixture.store.removeUnusedBlobs()
    expect(await fixture.store.check({ deep: true })).toEqual([])
  })
})

describe('gc of images', () => {
  beforeEach(async () => {
    await fixture.store.images.record({ configBytes: configBytes('named'), names: ['docker.io/library/app:latest'] })
    await fixture.store.images.record({ configBytes: configBytes('young', [], '2025-06-01T00:00:00Z') })
    await fixture.store.images.record({ configBytes: configBytes('old', [], '2020-01-01T00:00:00Z') })
  })

  it('leaves what a lease holds', () => {
    expect(fixture.store.removeDanglingImages({ all: true })).toEqual([])
  })

  it('takes images without a name, those before a time if one is given', async () => {
    await endProcess()
    expect(fixture.store.removeDanglingImages({ createdBeforeMs: Date.UTC(2024) })).toHaveLength(1)
    expect(fixture.store.removeDanglingImages()).toHaveLength(1)
    expect(fixture.store.images.list().map(image => image.names)).toEqual([['docker.io/library/app:latest']])
  })

  it('takes all when asked, and then the blobs go too', async () => {
    await endProcess()
    expect(
      fixture.store.removeDanglingImages({ all: true }).filter(removal => removal.kind === 'deleted'),
    ).toHaveLength(3)
    await fixture.store.removeUnusedBlobs()
    expect(fixture.store.usage()).toEqual({ blobs: 0, compressedBytes: 0, reclaimableBlobs: 0, reclaimableBytes: 0 })
  })
})

it('a killed gc is finished by the reaper', async () => {
  const blob = await fixture.store.content.putBytes(Buffer.from('half removed'))
  await endProcess()
  const killed = await openStore({ root: fixture.root })
  const lease = killed.lease()
  killed.db.run('DELETE FROM blob')
  lease.hold('blob', blob.digest)
  await killed.close()
  expect(existsSync(fixture.store.content.pathOf(blob.digest))).toBe(false)
})
