import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { OCI_LAYER_GZIP } from '../oci/index.ts'
import { storeProcess, useStore } from './store.fixture.ts'

const fixture = useStore()
const KILLS = Number(process.env['TARE_TEST_KILLS'] ?? 8)

/** Puts, records, tags, removes and collects without end. */
const BUSY = `
  const diffId = 'sha256:' + 'd'.repeat(64)
  const config = seed => Buffer.from(JSON.stringify({ os: 'linux', architecture: 'amd64', author: String(seed), rootfs: { type: 'layers', diff_ids: [diffId] } }))
  console.log('ready')
  for (let i = 0; ; i++) {
    const blob = await store.content.putBytes(Buffer.alloc(50_000, String(i % 5)))
    store.layers.addForm(diffId, { digest: blob.digest, mediaType: ${JSON.stringify(OCI_LAYER_GZIP)} })
    const { id } = await store.images.record({ configBytes: config(i % 7), names: ['docker.io/library/app:' + (i % 3)] })
    if (i % 4 === 1) store.images.remove(id, { force: true })
    if (i % 4 === 2) store.removeDanglingImages()
    if (i % 4 === 3) { await store.close(); await store.removeUnusedBlobs() }
  }`

it(`${KILLS} kills at any moment leave nothing wrong and nothing behind`, async () => {
  for (let kill = 0; kill < KILLS; kill++) {
    const busy = storeProcess(fixture.root, BUSY)
    await once(busy.stdout!, 'data')
    await delay(Math.random() * 60)
    busy.kill('SIGKILL')
    await once(busy, 'close')
    expect(fixture.store.reapDeadLeases().leases.length).toBeLessThanOrEqual(1)
    expect(await fixture.store.check({ deep: true })).toEqual([])
    expect([...readdirSync(join(fixture.root, 'ingest')), ...readdirSync(join(fixture.root, 'run'))]).toEqual([])
  }
  fixture.store.removeDanglingImages({ all: true })
  await fixture.store.removeUnusedBlobs()
  expect(readdirSync(join(fixture.root, 'blobs/sha256'))).toEqual([])
}, 120_000)
