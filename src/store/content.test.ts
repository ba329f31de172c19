import { once } from 'node:events'
import {
  appendFileSync,
  closeSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { mount, unmount } from '../host/index.ts'
import { type Descriptor, digestOf } from '../oci/index.ts'
import { openStore } from './index.ts'
import { bytesOf, drain, storeProcess, useStore } from './store.fixture.ts'

const fixture = useStore()
const isRoot = process.getuid?.() === 0

function descriptor(content: string | Uint8Array): Descriptor {
  return { mediaType: 'application/octet-stream', digest: digestOf(content), size: Buffer.from(content).length }
}

function files(): string[] {
  return [...readdirSync(join(fixture.root, 'blobs/sha256')), ...readdirSync(join(fixture.root, 'ingest'))]
}

describe('putting a blob', () => {
  it('gives it back as it was, verified', async () => {
    const { content } = fixture.store
    const big = Buffer.alloc(1_000_000, 'tare')
    await content.put(descriptor(big), bytesOf(big.subarray(0, 7), big.subarray(7)))
    expect((await drain(content.open(descriptor(big)))).equals(big)).toBe(true)
    expect(await content.has(descriptor(big))).toBe(true)
    expect(content.stat(digestOf(big))).toEqual({ digest: digestOf(big), size: big.length })
  })

  it('works for the empty one', async () => {
    const { content } = fixture.store
    await content.put(descriptor(''), bytesOf())
    expect(await drain(content.open(descriptor('')))).toHaveLength(0)
  })

  it('finds out digest and size when nobody knows them', async () => {
    const blob = await fixture.store.content.ingest(bytesOf('some ', 'bytes'))
    expect(blob).toEqual({ digest: digestOf('some bytes'), size: 10 })
    expect(Buffer.from(fixture.store.content.readBytes(blob.digest)).toString()).toBe('some bytes')
  })

  it('verifies sha512 too', async () => {
    const digest = `sha512:${'0'.repeat(128)}` as const
    await expect(fixture.store.content.ingest(bytesOf('x'), { digest })).rejects.toMatchObject({
      code: 'BLOB_DIGEST_MISMATCH',
    })
  })

  it('does not read what is there already', async () => {
    const { content } = fixture.store
    await content.putBytes(Buffer.from('once'))
    const unread = { [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error('was read')) }) }
    await content.put(descriptor('once'), unread)
    expect(files()).toEqual([digestOf('once').slice(7)])
  })

  it.each([
    ['of other bytes', 'wrong!', 'BLOB_DIGEST_MISMATCH'],
    ['that is cut short', 'righ', 'BLOB_SIZE_MISMATCH'],
    ['that is too long', 'right and more', 'BLOB_SIZE_MISMATCH'],
  ])('refuses one %s and leaves nothing', async (_, given, code) => {
    const promised = { ...descriptor('right!') }
    await expect(fixture.store.content.put(promised, bytesOf(given))).rejects.toMatchObject({
      code,
      facts: { digest: promised.digest },
    })
    expect(files()).toEqual([])
    expect(await fixture.store.content.has(promised)).toBe(false)
  })

  it('stops reading one that is too long at once', async () => {
    let chunks = 0
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (; ; chunks++) yield Buffer.alloc(1000)
    }
    await expect(fixture.store.content.put({ ...descriptor('x'), size: 2500 }, endless())).rejects.toMatchObject({
      code: 'BLOB_SIZE_MISMATCH',
    })
    expect(chunks).toBe(2)
  })

  it('leaves nothing when its source fails or it is aborted', async () => {
    async function* failing(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('half')
      throw new Error('connection lost')
    }
    await expect(fixture.store.content.ingest(failing())).rejects.toThrow('connection lost')
    const aborted = AbortSignal.abort(new Error('stopped'))
    await expect(fixture.store.content.ingest(bytesOf('x'), {}, aborted)).rejects.toThrow('stopped')
    expect(files()).toEqual([])
  })

  it('is done once by two processes and this one that put the same at the same time', async () => {
    const body = `await store.content.ingest((async function* () { for (let i = 0; i < 50; i++) { yield Buffer.alloc(10_000, i); await new Promise(setImmediate) } })())
      await store.close()`
    const children = [storeProcess(fixture.root, body), storeProcess(fixture.root, body)]
    const blob = await fixture.store.content.ingest(
      bytesOf(...Array.from({ length: 50 }, (_, i) => Buffer.alloc(10_000, i))),
    )
    const errors = await Promise.all(children.map(child => text(child.stderr!)))
    expect(errors).toEqual(['', ''])
    expect(files()).toEqual([blob.digest.slice(7)])
    expect(await fixture.store.check({ deep: true })).toEqual([])
  })

  it('heals one whose file has been lost or damaged', async () => {
    const { content } = fixture.store
    const { digest } = await content.putBytes(Buffer.from('precious'))
    unlinkSync(content.pathOf(digest))
    expect(await content.has(descriptor('precious'))).toBe(false)
    await content.put(descriptor('precious'), bytesOf('precious'))
    truncateSync(content.pathOf(digest), 3)
    await content.putBytes(Buffer.from('precious'))
    expect(Buffer.from(content.readBytes(digest)).toString()).toBe('precious')
  })
})

describe('reading a blob', () => {
  it('that is not there is an error', async () => {
    await expect(drain(fixture.store.content.open(descriptor('gone')))).rejects.toMatchObject({
      code: 'BLOB_NOT_FOUND',
    })
    expect(() => fixture.store.content.readBytes(digestOf('gone'))).toThrow(
      expect.objectContaining({ code: 'BLOB_NOT_FOUND' }),
    )
  })

  it('that is damaged holds its last chunk back', async () => {
    const { content } = fixture.store
    const whole = Buffer.alloc(600_000, 'x')
    const { digest } = await content.putBytes(whole)
    writeFileSync(content.pathOf(digest), Buffer.concat([whole.subarray(1), Buffer.from('y')]))
    let arrived = 0
    const reading = (async () => {
      for await (const chunk of content.open(descriptor(whole))) arrived += chunk.length
    })()
    await expect(reading).rejects.toMatchObject({ code: 'BLOB_DIGEST_MISMATCH', facts: { expected: digest } })
    expect(arrived).toBeLessThan(whole.length)
  })

  it('that is cut short or has grown is an error before the first byte', async () => {
    const { content } = fixture.store
    const { digest } = await content.putBytes(Buffer.from('whole'))
    appendFileSync(content.pathOf(digest), '!')
    await expect(drain(content.open(descriptor('whole')))).rejects.toMatchObject({
      code: 'BLOB_SIZE_MISMATCH',
      facts: { expected: 5, actual: 6 },
    })
    truncateSync(content.pathOf(digest), 2)
    await expect(drain(content.open(descriptor('whole')))).rejects.toMatchObject({
      code: 'BLOB_SIZE_MISMATCH',
      facts: { actual: 2 },
    })
  })

  it('by a digest that climbs out of the store is refused', () => {
    expect(() => fixture.store.content.pathOf('sha256:../../../etc/passwd' as never)).toThrow(
      expect.objectContaining({ code: 'OCI_INVALID_DIGEST' }),
    )
  })
})

it('a process killed in the middle of an ingest leaves a temp file that the next one reaps', async () => {
  const child = storeProcess(
    fixture.root,
    `await store.content.ingest((async function* () { yield Buffer.alloc(100_000); console.log('half'); await new Promise(() => setInterval(() => {}, 1000)) })())`,
  )
  await once(child.stdout!, 'data')
  expect(files()).toHaveLength(1)
  expect(fixture.store.reapDeadLeases().leases).toEqual([])
  child.kill('SIGKILL')
  await once(child, 'close')
  expect((await fixture.store.check()).map(finding => finding.code)).toEqual([
    'LOCK_FILE_OF_NOBODY',
    'TEMP_FILE_OF_NOBODY',
  ])
  fixture.store.lease()
  expect(files()).toEqual([])
  expect(await fixture.store.check()).toEqual([])
})

describe.skipIf(!isRoot)('on a full disk (needs root for a small tmpfs)', () => {
  let root: string
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'tare-full-'))
    mount({ source: 'tmpfs', target: root, type: 'tmpfs', data: 'size=4m' })
  })
  afterEach(() => {
    unmount(root, { detach: true })
    rmSync(root, { recursive: true })
  })

  it('an ingest is a clear error and leaves the store whole', async () => {
    await using store = await openStore({ root })
    const small = await store.content.putBytes(Buffer.from('small'))
    const filling = Array.from({ length: 60 }, (_, i) => Buffer.alloc(100_000, i))
    await expect(store.content.ingest(bytesOf(...filling))).rejects.toMatchObject({
      code: 'STORE_FULL',
      hint: expect.stringContaining('prune'),
    })
    expect(readdirSync(join(root, 'ingest'))).toEqual([])
    expect(Buffer.from(store.content.readBytes(small.digest)).toString()).toBe('small')
    expect(await store.check({ deep: true })).toEqual([])
  })

  it('the index says so, and gc still makes room', async () => {
    const store = await openStore({ root })
    const big = await store.content.putBytes(Buffer.alloc(1_000_000))
    await store.close()
    fill(join(root, 'filling'))
    expect(() => {
      for (let i = 0; i < 100; i++) store.buildRecords.put({ id: String(i), startedMs: i, record: 'x'.repeat(20_000) })
    }).toThrow(expect.objectContaining({ code: 'DB_FULL' }))
    await store.close()
    expect((await store.removeUnusedBlobs()).digests).toEqual([big.digest])
    await store.close()
    expect(await store.check({ deep: true })).toEqual([])
    await store.close()
  })
})

/** Writes until the disk is full. */
function fill(path: string): void {
  const fd = openSync(path, 'w')
  try {
    for (;;) writeSync(fd, Buffer.alloc(4096))
  } catch (error) {
    expect(error).toMatchObject({ code: 'ENOSPC' })
  } finally {
    closeSync(fd)
  }
}
