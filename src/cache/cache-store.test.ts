import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type Db, openDatabase } from '../db/index.ts'
import { type Digest, digestOf } from '../oci/index.ts'
import { type CacheStore, openCache } from './cache-store.ts'
import type { CacheKey } from './keys.ts'

let folder: string
let db: Db
let cache: CacheStore
let now: number

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tare-cache-'))
  db = openDatabase(join(folder, 'tare.db'))
  now = 1_000_000
  cache = openCache(db, { now: () => now })
})
afterEach(() => {
  db.close()
  rmSync(folder, { recursive: true })
})

const BASE = digestOf('base')

function key(name: string): CacheKey {
  return { key: digestOf(name), record: { version: 1, op: { type: 'exec', name }, inputs: {} } }
}

function snapshot(chain: Digest, parent?: number, state = 'committed', kind = 'overlay'): number {
  const sql = `INSERT INTO snapshot (parent_id, kind, state, chain_id, diff_id, created_ms, used_ms) VALUES (?, ?, ?, ?, ?, 0, 0)`
  return db.run(sql, parent, kind, state, chain, chain).lastId
}

function put(names: readonly string[], snapshotId: number | undefined): number {
  const keys = names.map(key)
  return cache.put({ keys, op: 'exec', record: key(names[0] ?? '').record, snapshotId, costMs: 12.4 }).id
}

it('gives back what was put, by any of its keys', () => {
  const root = snapshot(BASE)
  const id = put(['a', 'b'], snapshot(digestOf('top'), root))
  for (const name of ['a', 'b']) {
    const hit = cache.lookup([key(`not ${name}`), key(name)])
    expect(hit).toMatchObject({
      id,
      key: key('a').key,
      op: 'exec',
      costMs: 12,
      foundBy: key(name).key,
      chainId: digestOf('top'),
    })
    expect(hit?.record.op).toEqual({ type: 'exec', name: 'a' })
  }
})

it('misses what nobody has put', () => {
  expect(cache.lookup([key('a')])).toBeUndefined()
})

it('makes keys that missed find the record from then on', () => {
  const id = put(['a'], snapshot(BASE))
  cache.lookup([key('new'), key('a'), key('later')])
  expect(cache.lookup([key('new')])?.id).toBe(id)
  expect(cache.lookup([key('later')])).toBeUndefined()
})

it('takes a hit whose snapshot is gone for a miss', () => {
  const gone = snapshot(BASE)
  put(['a'], gone)
  put(['b'], snapshot(digestOf('going'), undefined, 'removing'))
  db.run('DELETE FROM snapshot WHERE id = ?', gone)
  expect(cache.lookup([key('a'), key('b')])).toBeUndefined()
})

it('gives only results that stand on the root at hand', () => {
  const root = snapshot(BASE)
  put(['a'], snapshot(digestOf('top'), root))
  expect(cache.lookup([key('a')], BASE)).toBeDefined()
  expect(cache.lookup([key('a')], digestOf('another root'))).toBeUndefined()
  expect(cache.lookup([key('a')], null)).toBeUndefined()
})

it('gives a result that changed nothing, which is its root', () => {
  const root = snapshot(BASE)
  put(['a'], root)
  expect(cache.lookup([key('a')], BASE)?.snapshotId).toBe(root)
})

it('gives results on the empty root, changed or not', () => {
  put(['nothing'], undefined)
  put(['first'], snapshot(BASE))
  expect(cache.lookup([key('nothing')], null)).toMatchObject({ snapshotId: undefined, chainId: null })
  expect(cache.lookup([key('first')], null)).toMatchObject({ chainId: BASE })
  expect(cache.lookup([key('nothing')], BASE)).toBeUndefined()
})

it('goes on to the next key when the first finds something unfit', () => {
  const root = snapshot(BASE)
  put(['a'], snapshot(digestOf('elsewhere')))
  const id = put(['b'], snapshot(digestOf('top'), root))
  expect(cache.lookup([key('a'), key('b')], BASE)?.id).toBe(id)
})

it('replaces a record that is made again', () => {
  const id = put(['a', 'old content'], snapshot(BASE))
  const again = snapshot(digestOf('again'))
  expect(put(['a', 'new content'], again)).toBe(id)
  expect(cache.lookup([key('a')])?.snapshotId).toBe(again)
  expect(cache.list()).toHaveLength(1)
})

it('keeps results of other kinds of snapshot out', () => {
  put(['a'], snapshot(BASE, undefined, 'committed', 'copy'))
  expect(openCache(db, { snapshotKind: 'overlay' }).lookup([key('a')])).toBeUndefined()
  expect(openCache(db, { snapshotKind: 'copy' }).lookup([key('a')])).toBeDefined()
})

it('notes uses, but writes nothing for one right after another', () => {
  put(['a'], snapshot(BASE))
  now += 1_000
  cache.lookup([key('a')])
  expect(cache.list()[0]?.usedMs).toBe(1_000_000)
  now += 100_000
  cache.lookup([key('a')])
  expect(cache.list()[0]?.usedMs).toBe(1_101_000)
})

it('drops what was not used, and what is named', () => {
  const old = put(['old'], snapshot(BASE))
  now += 10
  const young = put(['young'], snapshot(digestOf('y')))
  expect(cache.prune(now)).toBe(1)
  expect(cache.list().map(({ id }) => id)).toEqual([young])
  cache.remove(young)
  cache.remove(old)
  expect(cache.list()).toEqual([])
  expect(db.all('SELECT * FROM cache_key')).toEqual([])
})

it('lists the latest used first', () => {
  const ids = ['a', 'b', 'c'].map((name, i) => put([name], snapshot(digestOf(`s${i}`))))
  now += 1
  cache.touch(ids[0] ?? 0)
  expect(cache.list().map(({ id }) => id)).toEqual([ids[0], ids[2], ids[1]])
})

it('holds names that are no UTF-8', () => {
  const record = { ...key('a').record, about: { file: 'a\udcff' } }
  cache.put({ keys: [key('a')], op: 'copy', record, snapshotId: undefined, costMs: 0 })
  expect(cache.list()[0]?.record.about).toEqual({ file: 'a\udcff' })
})

it('knows the places that results were kept for, as long as they are kept', () => {
  const record = { op: 'copy', record: key('a').record, snapshotId: snapshot(BASE), costMs: 1 }
  expect(cache.knowsPlace([key('place')])).toBe(false)
  const { id } = cache.put({ ...record, keys: [key('a')], places: [key('place')] })
  expect(cache.knowsPlace([key('another place'), key('place')])).toBe(true)
  cache.remove(id)
  expect(cache.knowsPlace([key('place')])).toBe(false)
})
