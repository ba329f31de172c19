import { describe, expect, it } from 'vitest'
import { digestOf } from '../oci/index.ts'
import { type ContentEntry, hashSelection, MAX_LISTED } from './content.ts'

const A = digestOf('a')
const B = digestOf('b')

const BASE: readonly ContentEntry[] = [
  { path: '', type: 'dir', mode: 0o755, uid: 0, gid: 0 },
  { path: 'app', type: 'file', mode: 0o755, uid: 0, gid: 0, digest: A },
  { path: 'lib/one', type: 'file', mode: 0o644, uid: 0, gid: 0, digest: B, linkSet: 'x' },
  { path: 'lib/two', type: 'file', mode: 0o644, uid: 0, gid: 0, digest: B, linkSet: 'x' },
  { path: 'link', type: 'symlink', target: 'app', uid: 0, gid: 0 },
]

function changed(path: string, change: Partial<ContentEntry>): ContentEntry[] {
  return BASE.map(entry => (entry.path === path ? { ...entry, ...change } : entry))
}

const CHANGES: readonly (readonly [what: string, counts: boolean, entries: readonly ContentEntry[]])[] = [
  ['nothing', false, [...BASE]],
  ['order of arrival', false, [...BASE].reverse()],
  ['a byte of a file', true, changed('app', { digest: B })],
  ['a mode', true, changed('app', { mode: 0o644 })],
  ['setuid', true, changed('app', { mode: 0o4755 })],
  ['mode of the directory itself', true, changed('', { mode: 0o700 })],
  ['an owner', true, changed('app', { uid: 1 })],
  ['a group', true, changed('app', { gid: 1 })],
  ['an owner that stops counting', true, changed('app', { uid: undefined })],
  ['a symlink target', true, changed('link', { target: 'lib' })],
  ['a symlink turned file', true, changed('link', { type: 'file', target: undefined, digest: A })],
  ['a rename', true, changed('app', { path: 'app2' })],
  ['a name that is no UTF-8', true, changed('app', { path: 'app\udcff' })],
  ['a new file', true, [...BASE, { path: 'new', type: 'file', digest: A }]],
  ['a file gone', true, BASE.slice(0, 4)],
  ['a link set taken apart', true, changed('lib/two', { linkSet: undefined })],
  ['the name of a link set', false, BASE.map(entry => (entry.linkSet ? { ...entry, linkSet: 'y' } : entry))],
  ['a link set with one member here', false, changed('app', { linkSet: 'elsewhere' })],
  ['an xattr', true, changed('app', { xattrs: new Map([['user.a', Uint8Array.of(1)]]) })],
  ['no xattrs at all', false, changed('app', { xattrs: new Map() })],
]

describe('hashSelection', () => {
  it.each(CHANGES)('%s: counts %s', async (_, counts, entries) => {
    const before = await hashSelection(BASE)
    const after = await hashSelection(entries)
    expect(after.digest !== before.digest).toBe(counts)
  })
  it('keeps xattrs apart whatever their order', async () => {
    const pairs = [['user.b', Uint8Array.of(2)] as const, ['user.a', Uint8Array.of(1)] as const]
    const one = await hashSelection(changed('app', { xattrs: new Map(pairs) }))
    const other = await hashSelection(changed('app', { xattrs: new Map([...pairs].reverse()) }))
    expect(one.digest).toBe(other.digest)
  })
  it('tells a file from a directory that holds just that file', async () => {
    const file: ContentEntry = { path: 'a', type: 'file', digest: A }
    const alone = await hashSelection([file])
    const inside = await hashSelection([{ path: '', type: 'dir' }, file])
    expect(alone.digest).not.toBe(inside.digest)
  })
  it('lets the later of two sources that land on one name win', async () => {
    const one: ContentEntry = { path: 'a', type: 'file', digest: A }
    const two: ContentEntry = { path: 'a', type: 'file', digest: B }
    expect((await hashSelection([one, two])).digest).not.toBe((await hashSelection([two, one])).digest)
  })
  it('reads entries as they come', async () => {
    async function* entries(): AsyncGenerator<ContentEntry> {
      yield* BASE
    }
    expect(await hashSelection(entries())).toEqual(await hashSelection(BASE))
  })
  it('lists what counted of each file', async () => {
    const { files } = await hashSelection(BASE)
    expect(files).toEqual([
      ['', 'dir mode=755 uid=0 gid=0'],
      ['app', `file mode=755 uid=0 gid=0 ${A}`],
      ['lib/one', `file mode=644 uid=0 gid=0 ${B}`],
      ['lib/two', 'link "lib/one"'],
      ['link', 'symlink uid=0 gid=0 target="app"'],
    ])
  })
  it('keeps folders instead of files when there are too many, and still tells which one changed', async () => {
    const many = Array.from({ length: MAX_LISTED * 2 }, (_, i): ContentEntry => {
      return { path: `d${i % 50}/e${i % 7}/f${i}`, type: 'file', digest: A }
    })
    const before = await hashSelection(many)
    const after = await hashSelection(many.map((entry, i) => (i === 103 ? { ...entry, digest: B } : entry)))
    expect(before.files).toBeUndefined()
    expect(before.folders).toHaveLength(350)
    const known = new Map(before.folders)
    expect(after.folders?.filter(([folder, digest]) => known.get(folder) !== digest).map(([folder]) => folder)).toEqual(
      ['d3/e5'],
    )
  })
  it('bounds the record however the folders lie', async () => {
    const flat = Array.from(
      { length: MAX_LISTED + 1 },
      (_, i): ContentEntry => ({ path: `d${i}/f`, type: 'file', digest: A }),
    )
    const { folders, entries } = await hashSelection(flat)
    expect(entries).toBe(MAX_LISTED + 1)
    expect(folders).toHaveLength(1)
  })
})
