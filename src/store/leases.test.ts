import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { digestOf } from '../oci/index.ts'
import { bytesOf, storeProcess, useStore } from './store.fixture.ts'

const fixture = useStore()

function leaseCount(): number {
  return fixture.store.db.all('SELECT id FROM lease').length
}

/** A process that takes a lease, holds and makes things, says so, and is killed. */
async function killedWith(body: string): Promise<void> {
  const child = storeProcess(
    fixture.root,
    `const lease = store.lease('test')\n${body}\nconsole.log('ready'); setInterval(() => {}, 1000)`,
  )
  await once(child.stdout!, 'data')
  child.kill('SIGKILL')
  await once(child, 'close')
}

describe('a lease', () => {
  it('is taken by the first write only, and given back on close', async () => {
    fixture.store.images.list()
    expect(readdirSync(join(fixture.root, 'run'))).toEqual([])
    const { id } = fixture.store.lease()
    expect(fixture.store.lease().id).toBe(id)
    expect(readdirSync(join(fixture.root, 'run'))).toEqual([`${id}.lock`])
    writeFileSync(fixture.store.lease().tempPath(), 'left over')
    await fixture.store.close()
    expect(readdirSync(join(fixture.root, 'run'))).toEqual([])
    expect(readdirSync(join(fixture.root, 'ingest'))).toEqual([])
    expect(leaseCount()).toBe(0)
  })

  it('of a living process is left alone', async () => {
    const child = storeProcess(
      fixture.root,
      `store.lease().hold('image', 'x'); console.log('ready'); setInterval(() => {}, 1000)`,
    )
    await once(child.stdout!, 'data')
    expect(fixture.store.reapDeadLeases()).toEqual({ leases: [], tempFiles: 0 })
    expect(leaseCount()).toBe(1)
    child.kill('SIGKILL')
    await once(child, 'close')
    expect(fixture.store.reapDeadLeases().leases).toHaveLength(1)
    expect(leaseCount()).toBe(0)
  })

  it('of a killed process goes with its rows, holds and temp files, directories too', async () => {
    await killedWith(
      `lease.hold('blob', 'sha256:x'); (await import('node:fs')).mkdirSync(lease.tempPath() + '/deep', { recursive: true })`,
    )
    expect(fixture.store.reapDeadLeases()).toMatchObject({ leases: [expect.any(String)], tempFiles: 1 })
    expect(fixture.store.db.all('SELECT * FROM lease_hold')).toEqual([])
    expect(readdirSync(join(fixture.root, 'ingest'))).toEqual([])
    expect(readdirSync(join(fixture.root, 'run'))).toEqual([])
  })

  it('does not live on in a program that its process started', async () => {
    const started =
      'store.lease(); console.log((await import("node:child_process")).spawn("sleep", ["600"], { stdio: "ignore", detached: true }).pid)'
    const child = storeProcess(fixture.root, `${started}; setInterval(() => {}, 1000)`)
    const [said] = (await once(child.stdout!, 'data')) as [Buffer]
    child.kill('SIGKILL')
    await once(child, 'close')
    expect(fixture.store.reapDeadLeases().leases).toHaveLength(1)
    expect(process.kill(Number(said.toString()), 'SIGKILL')).toBe(true)
  })

  it('of a process killed between the name of a blob and its row takes the file along', async () => {
    const digest = digestOf('no row yet')
    await killedWith(`const digest = ${JSON.stringify(digest)}
      lease.hold('blob', digest); (await import('node:fs')).writeFileSync(store.content.pathOf(digest), 'no row yet')`)
    expect(await fixture.store.check()).toEqual([expect.objectContaining({ code: 'LOCK_FILE_OF_NOBODY' })])
    fixture.store.reapDeadLeases()
    expect(existsSync(fixture.store.content.pathOf(digest))).toBe(false)
    expect(await fixture.store.check()).toEqual([])
  })

  it('is reaped once by four processes that try at the same time, while others take new ones', async () => {
    for (let i = 0; i < 3; i++) await killedWith('')
    const body = `let mine = 0
      for (let i = 0; i < 20; i++) mine += store.reapDeadLeases().leases.length
      const { id } = store.lease()
      store.reapDeadLeases()
      console.log(store.db.all('SELECT id FROM lease WHERE id = ?', id).length)
      await store.close()`
    const children = Array.from({ length: 4 }, () => storeProcess(fixture.root, body))
    const out = await Promise.all(
      children.map(async child => (await text(child.stdout!)) + (await text(child.stderr!))),
    )
    expect(out).toEqual(['1\n', '1\n', '1\n', '1\n'])
    expect(leaseCount()).toBe(0)
    expect(readdirSync(join(fixture.root, 'run'))).toEqual([])
  })

  it('keeps what it holds from gc, until it ends', async () => {
    const child = storeProcess(
      fixture.root,
      `await store.content.putBytes(Buffer.from('held')); console.log('ready'); setInterval(() => {}, 1000)`,
    )
    await once(child.stdout!, 'data')
    expect((await fixture.store.removeUnusedBlobs()).digests).toEqual([])
    child.kill('SIGKILL')
    await once(child, 'close')
    expect(await fixture.store.removeUnusedBlobs()).toEqual({ digests: [digestOf('held')], compressedBytes: 4 })
  })
})

it('eight processes make a new store at once', async () => {
  const root = join(fixture.root, 'fresh')
  const body = `await store.content.putBytes(Buffer.from(String(process.pid % 3))); await store.close()`
  const children = Array.from({ length: 8 }, () => storeProcess(root, body))
  expect(await Promise.all(children.map(child => text(child.stderr!)))).toEqual(Array(8).fill(''))
  expect(readdirSync(join(root, 'run'))).toEqual([])
  expect(readdirSync(join(root, 'ingest'))).toEqual([])
})

it('temp files of nobody are reaped too', async () => {
  mkdirSync(join(fixture.root, 'ingest/0123-1'))
  fixture.store.lease()
  expect(readdirSync(join(fixture.root, 'ingest'))).toEqual([])
  await fixture.store.content.ingest(bytesOf('still works'))
})
