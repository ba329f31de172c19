import { appendFileSync, mkdirSync, readdirSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { beforeEach, describe, expect, it } from 'vitest'
import { type Digest, OCI_LAYER_GZIP } from '../../oci/index.ts'
import { configBytes, someDigest, useStore } from '../store.fixture.ts'

const fixture = useStore()
const LAYER = someDigest('layer')
let form: Digest
let id: Digest

beforeEach(async () => {
  const { content, images, layers } = fixture.store
  form = (await content.putBytes(Buffer.from('form of the layer'))).digest
  layers.addForm(LAYER, { digest: form, mediaType: OCI_LAYER_GZIP })
  id = (await images.record({ configBytes: configBytes('a', [LAYER]), names: ['docker.io/library/app:latest'] })).id
  await fixture.store.close()
})

async function codes(options = {}): Promise<string[]> {
  return (await fixture.store.check(options)).map(finding => finding.code)
}

describe('checking a store', () => {
  it('finds nothing in a sound one', async () => {
    expect(await fixture.store.check({ deep: true })).toEqual([])
  })

  it('changes nothing without repair', async () => {
    unlinkSync(fixture.store.content.pathOf(form))
    const first = await fixture.store.check()
    expect(first.every(finding => !finding.repaired)).toBe(true)
    expect(await fixture.store.check()).toEqual(first)
  })

  const damages: Record<string, [damage: () => void, found: string[]]> = {
    'a missing layer': [
      () => unlinkSync(fixture.store.content.pathOf(form)),
      ['BLOB_FILE_MISSING', 'IMAGE_LAYER_MISSING'],
    ],
    'a missing config': [
      () => unlinkSync(fixture.store.content.pathOf(id)),
      ['BLOB_FILE_MISSING', 'IMAGE_CONFIG_MISSING'],
    ],
    'a longer layer': [
      () => appendFileSync(fixture.store.content.pathOf(form), 'x'),
      ['BLOB_WRONG_SIZE', 'IMAGE_LAYER_MISSING'],
    ],
    'a changed layer': [
      () => writeFileSync(fixture.store.content.pathOf(form), 'FORM of the layer'),
      ['BLOB_WRONG_DIGEST', 'IMAGE_LAYER_MISSING'],
    ],
    'a file without a row': [
      () => writeFileSync(fixture.store.content.pathOf(someDigest('x')), 'x'),
      ['BLOB_ROW_MISSING'],
    ],
    'a stray file': [() => writeFileSync(join(fixture.root, 'blobs/sha256/notes.txt'), 'x'), ['STRAY_FILE']],
    'a stray directory': [() => mkdirSync(join(fixture.root, 'blobs/md5/x'), { recursive: true }), ['STRAY_FILE']],
    'a temp file of nobody': [() => writeFileSync(join(fixture.root, 'ingest/abc-1'), 'x'), ['TEMP_FILE_OF_NOBODY']],
    'a lock file of nobody': [() => writeFileSync(join(fixture.root, 'run/abc.lock'), ''), ['LOCK_FILE_OF_NOBODY']],
    'a lease of nobody': [
      () => fixture.store.db.run("INSERT INTO lease VALUES ('abc', 'test', 0)"),
      ['LEASE_OF_NOBODY'],
    ],
  }
  for (const [what, [damage, found]] of Object.entries(damages)) {
    it(`finds ${what}, and repair makes it sound`, async () => {
      damage()
      expect(await codes({ deep: true })).toEqual(found)
      const repaired = await fixture.store.check({ deep: true, repair: true })
      expect(repaired.map(finding => [finding.code, finding.repaired])).toEqual(found.map(code => [code, true]))
      expect(await codes({ deep: true })).toEqual([])
      expect(readdirSync(join(fixture.root, 'ingest'))).toEqual([])
    })
  }

  it('finds a name of nothing', async () => {
    await fixture.store.close()
    const raw = new DatabaseSync(join(fixture.root, 'tare.db'))
    raw.exec(`PRAGMA foreign_keys = OFF; DELETE FROM image WHERE id = '${id}'`)
    raw.close()
    expect(await codes({ repair: true })).toEqual(['NAME_OF_NOTHING'])
    expect(await codes()).toEqual([])
  })

  it('forgets a lost manifest and keeps the image', async () => {
    fixture.store.db.run('UPDATE image SET manifest_digest = ?', someDigest('manifest'))
    expect(await codes({ repair: true })).toEqual(['IMAGE_MANIFEST_MISSING'])
    expect(await codes()).toEqual([])
    expect(fixture.store.images.get(id)?.manifestDigest).toBeUndefined()
  })

  it('tells of a damaged database and does not touch the rest', async () => {
    await fixture.store.close()
    writeFileSync(join(fixture.root, 'tare.db'), 'not a database, not at all. '.repeat(200))
    expect(await fixture.store.check({ repair: true })).toMatchObject([
      { code: 'DATABASE_DAMAGED', subject: join(fixture.root, 'tare.db'), repaired: false },
    ])
    expect(readdirSync(join(fixture.root, 'blobs/sha256'))).toHaveLength(2)
  })
})
