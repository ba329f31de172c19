import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { storeProcess, useStore } from '../store.fixture.ts'
import type { CacheMountRequest, HeldCacheMount } from './cache-mounts.ts'

const fixture = useStore()
const nothing = async (): Promise<void> => undefined

function acquire(key: string, more: Partial<CacheMountRequest> = {}): Promise<HeldCacheMount> {
  const signal = new AbortController().signal
  return fixture.store.cacheMounts.acquire({ key, name: key, sharing: 'shared', seed: nothing, signal, ...more })
}

describe('a cache mount', () => {
  it('is one directory for one key, and keeps what is put into it', async () => {
    using first = await acquire('a')
    writeFileSync(join(first.directory, 'f'), 'kept')
    using again = await acquire('a')
    using other = await acquire('b')
    expect(again.directory).toBe(first.directory)
    expect(other.directory).not.toBe(first.directory)
    expect(readFileSync(join(again.directory, 'f'), 'utf8')).toBe('kept')
  })

  it('is filled once, however many want it at the same time', async () => {
    let fills = 0
    const seed = async (directory: string): Promise<void> => {
      fills++
      await new Promise(resolve => setTimeout(resolve, 20))
      writeFileSync(join(directory, 'seeded'), '')
    }
    const all = await Promise.all(Array.from({ length: 8 }, () => acquire('a', { seed })))
    expect(fills).toBe(1)
    expect(new Set(all.map(({ directory }) => directory)).size).toBe(1)
    expect(readdirSync(all[0]!.directory)).toEqual(['seeded'])
    for (const held of all) held[Symbol.dispose]()
  })

  it('that could not be filled is filled by the next who wants it', async () => {
    const seed = async (directory: string): Promise<void> => {
      writeFileSync(join(directory, 'half'), '')
      throw new Error('no more')
    }
    await expect(acquire('a', { seed })).rejects.toThrow('no more')
    using held = await acquire('a')
    expect(readdirSync(held.directory)).toEqual([])
  })

  it('that is locked is waited for, which is said', async () => {
    const first = await acquire('a', { sharing: 'locked' })
    const waits = Promise.withResolvers<void>()
    const second = acquire('a', { sharing: 'locked', onWait: waits.resolve })
    await waits.promise
    first[Symbol.dispose]()
    using held = await second
    expect(held.directory).toBe(first.directory)
  })

  it('that is waited for is given up at an abort', async () => {
    using _ = await acquire('a', { sharing: 'locked' })
    const stop = new AbortController()
    const waiting = acquire('a', {
      sharing: 'locked',
      signal: stop.signal,
      onWait: () => stop.abort(new Error('stopped')),
    })
    await expect(waiting).rejects.toThrow('stopped')
  })

  it('that is private is another for each, and used again later', async () => {
    const first = await acquire('a', { sharing: 'private' })
    const second = await acquire('a', { sharing: 'private' })
    expect(second.directory).not.toBe(first.directory)
    first[Symbol.dispose]()
    second[Symbol.dispose]()
    using third = await acquire('a', { sharing: 'private' })
    expect([first.directory, second.directory]).toContain(third.directory)
  })

  it('of a killed process is free', async () => {
    const request = `{ key: 'a', name: 'a', sharing: 'locked', seed: async () => {}, signal: new AbortController().signal }`
    const child = storeProcess(
      fixture.root,
      `await store.cacheMounts.acquire(${request}); console.log('held'); setInterval(() => {}, 1e6)`,
    )
    await new Promise(resolve => child.stdout?.once('data', resolve))
    expect(await fixture.store.cacheMounts.usage()).toMatchObject({ mounts: 1, inUse: 1, reclaimableBytes: 0 })
    child.kill('SIGKILL')
    await new Promise(resolve => child.once('exit', resolve))
    using held = await acquire('a', { sharing: 'locked' })
    expect(existsSync(held.directory)).toBe(true)
  })
})

describe('removing cache mounts', () => {
  it('takes what nobody uses, and what killed removals left', async () => {
    using used = await acquire('used')
    const unused = await acquire('unused')
    unused[Symbol.dispose]()
    const stray = join(fixture.root, 'cache-mounts/zz/fs')
    mkdirSync(stray, { recursive: true })
    expect(fixture.store.cacheMounts.strays()).toEqual([join(fixture.root, 'cache-mounts/zz')])
    expect(await fixture.store.cacheMounts.removeUnused()).toMatchObject({ mounts: 1 })
    expect([existsSync(used.directory), existsSync(unused.directory), existsSync(stray)]).toEqual([true, false, false])
    expect(await fixture.store.cacheMounts.usage()).toMatchObject({ mounts: 1, inUse: 1 })
  })

  it('counts files with several names once', async () => {
    const held = await acquire('a')
    writeFileSync(join(held.directory, 'f'), Buffer.alloc(1024 * 1024))
    const { linkSync } = await import('node:fs')
    linkSync(join(held.directory, 'f'), join(held.directory, 'g'))
    held[Symbol.dispose]()
    const { diskBytes, reclaimableBytes } = await fixture.store.cacheMounts.usage()
    expect(diskBytes).toBeGreaterThanOrEqual(1024 * 1024)
    expect(diskBytes).toBeLessThan(1.1 * 1024 * 1024)
    expect(reclaimableBytes).toBe(diskBytes)
  })
})
