import { describe, expect, it } from 'vitest'
import type { FileStamp } from './index.ts'
import { someDigest, useStore } from './store.fixture.ts'

const fixture = useStore()
const HASHED = 1_700_000_000_000
const stamp: FileStamp = {
  dev: 2n ** 64n - 1n,
  ino: 2n ** 63n + 5n,
  size: 10n,
  mtimeNs: 1_600_000_000_123_456_789n,
  ctimeNs: BigInt(HASHED - 2000) * 1_000_000n,
}
const digest = someDigest('content')

describe('the stat cache', () => {
  it('knows a file by all of its stamp, to the nanosecond', () => {
    fixture.store.fileDigests.put([{ stamp, digest, hashedAtMs: HASHED }])
    expect(fixture.store.fileDigests.lookup(stamp)).toBe(digest)
    for (const key of ['dev', 'ino', 'size', 'mtimeNs', 'ctimeNs'] as const) {
      expect(fixture.store.fileDigests.lookup({ ...stamp, [key]: stamp[key] - 1n }), key).toBeUndefined()
    }
  })

  it.each([1999, 0, -5000])('does not trust a file changed %i ms before it was hashed', age => {
    const young = { ...stamp, ctimeNs: BigInt(HASHED - age) * 1_000_000n }
    fixture.store.fileDigests.put([{ stamp: young, digest, hashedAtMs: HASHED }])
    expect(fixture.store.fileDigests.lookup(young)).toBeUndefined()
  })

  it('takes the newest content of an inode', () => {
    const later = { ...stamp, ctimeNs: stamp.ctimeNs + 1_000_000_000n }
    fixture.store.fileDigests.put([{ stamp, digest, hashedAtMs: HASHED }])
    fixture.store.fileDigests.put([{ stamp: later, digest: someDigest('new'), hashedAtMs: HASHED + 1000 }])
    expect([fixture.store.fileDigests.lookup(stamp), fixture.store.fileDigests.lookup(later)]).toEqual([
      undefined,
      someDigest('new'),
    ])
  })

  it('knows a whole selection by its stamps, unless a file of it was too young', () => {
    const stamps = someDigest('stamps')
    fixture.store.fileDigests.putSelection({ stamps, digest, newestNs: stamp.ctimeNs + 1_000_000n, hashedAtMs: HASHED })
    expect(fixture.store.fileDigests.lookupSelection(stamps)).toBeUndefined()
    fixture.store.fileDigests.putSelection({ stamps, digest, newestNs: stamp.ctimeNs, hashedAtMs: HASHED })
    expect(fixture.store.fileDigests.lookupSelection(stamps)).toBe(digest)
    expect(fixture.store.fileDigests.lookupSelection(someDigest('other'))).toBeUndefined()
  })

  it('forgets what nobody has written for three months', async () => {
    fixture.store.fileDigests.put([{ stamp, digest, hashedAtMs: HASHED }])
    await fixture.store.removeUnusedBlobs()
    expect(fixture.store.fileDigests.lookup(stamp)).toBe(digest)
    fixture.now += 100 * 24 * 3600 * 1000
    await fixture.store.removeUnusedBlobs()
    expect(fixture.store.fileDigests.lookup(stamp)).toBeUndefined()
  })
})

it('build records come back newest first', () => {
  const { buildRecords } = fixture.store
  for (const startedMs of [1, 3, 2])
    buildRecords.put({ id: `build ${startedMs}`, startedMs, record: `{"n":${startedMs}}` })
  expect(buildRecords.list(2).map(record => record.startedMs)).toEqual([3, 2])
  expect(buildRecords.get('build 1')).toMatchObject({ record: '{"n":1}' })
  expect(buildRecords.get('gone')).toBeUndefined()
})
