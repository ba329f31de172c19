import { chmodSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parseIgnore } from '../../dockerfile/index.ts'
import { openOverlayWriter } from '../../layer/index.ts'
import type { CopyOp, FilesPart } from '../../plan/index.ts'
import { openStore, type Store } from '../../store/index.ts'
import { ContextTree } from '../context-tree.ts'
import { applySelection } from './apply.ts'
import { Selection } from './selection.ts'

const OP: CopyOp = {
  type: 'copy',
  scratch: true,
  parts: [
    {
      kind: 'files',
      input: 0,
      sources: [{ pattern: '', original: '.', wildcard: false }],
      unpackArchives: false,
      fromContext: true,
    },
  ],
  destination: '/app/',
  chown: undefined,
  chmod: undefined,
  link: false,
  excludes: [],
}
const LARGE = 3 * 1024 * 1024
const signal = new AbortController().signal

let root: string
let store: Store

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'tare-selection-'))
  mkdirSync(join(root, 'context/sub'), { recursive: true })
  mkdirSync(join(root, 'out'))
  writeFileSync(join(root, 'context/small'), 'small')
  writeFileSync(join(root, 'context/sub/large'), Buffer.alloc(LARGE, 'large'))
  writeFileSync(join(root, 'context/sub/empty'), '')
  // So that a write shows whatever the clock's grain.
  for (const path of ['small', 'sub/large']) utimesSync(join(root, 'context', path), 1_600_000_000, 1_600_000_000)
  store = await openStore({ root: join(root, 'store') })
})

afterEach(async () => {
  await store.close()
  rmSync(root, { recursive: true, force: true })
})

async function select(op = OP): Promise<Selection> {
  const tree = new ContextTree(join(root, 'context'), parseIgnore(''))
  return await Selection.of(op, async () => tree, store.fileDigests, signal)
}

async function copy(selection: Selection): Promise<void> {
  const writer = openOverlayWriter({ upper: join(root, 'out'), lower: undefined })
  const owner = { uid: 0, gid: 0 }
  const target = { writer, destination: '/app/', owner, mode: undefined, parentMode: 0o755, now: 1_700_000_000 }
  for (const { tree, selected, digests } of selection.parts)
    await applySelection(tree, selected, digests, target, signal)
}

const context = (path: string): string => join(root, 'context', path)
const changed = expect.objectContaining({ code: 'ENGINE_CONTEXT_CHANGED' })

describe('a selection', () => {
  it('has the same content whether files are hashed before they are copied or on the way', async () => {
    const before = await (await select()).content(signal)
    const onTheWay = await select()
    await copy(onTheWay)
    for (const path of ['small', 'sub/large', 'sub/empty']) rmSync(context(path))
    expect(await onTheWay.content(signal)).toEqual(before)
    expect(readFileSync(join(root, 'out/app/sub/large')).equals(Buffer.alloc(LARGE, 'large'))).toBe(true)
  })

  it('is told apart by the stamps of its files', async () => {
    const { stamps } = await select()
    expect((await select()).stamps).toBe(stamps)
    utimesSync(context('small'), 1, 1)
    expect((await select()).stamps).not.toBe(stamps)
    const touched = (await select()).stamps
    renameSync(context('small'), context('other'))
    expect((await select()).stamps).not.toBe(touched)
  })

  it('trusts what was remembered of its stamps, and of no others', async () => {
    const first = await select()
    const { digest } = await first.content(signal)
    const hashedAtMs = Date.now() + 5000
    const newestNs = BigInt(Date.now()) * 1_000_000n
    store.fileDigests.putSelection({ stamps: first.stamps ?? digest, digest, newestNs, hashedAtMs })
    expect((await select()).remembered()).toBe(digest)
    writeFileSync(context('small'), 'other')
    expect((await select()).remembered()).toBeUndefined()
  })
})

describe('what counts of a selection', () => {
  const [part] = OP.parts as readonly [FilesPart]
  const parents = (pattern: string): CopyOp => ({
    ...OP,
    parts: [
      {
        ...part,
        sources: [{ pattern: '', original: pattern, wildcard: false, below: { pattern, required: undefined } }],
      },
    ],
  })
  const cases: readonly (readonly [what: string, op: CopyOp, change: () => void, counts: boolean])[] = [
    ['a mode', OP, () => chmodSync(context('small'), 0o711), true],
    ['a mode under --chmod in digits', { ...OP, chmod: '644' }, () => chmodSync(context('small'), 0o711), false],
    ['a mode under --chmod in letters', { ...OP, chmod: 'g+w' }, () => chmodSync(context('small'), 0o711), true],
    ['the mode of a directory', OP, () => chmodSync(context('sub'), 0o711), true],
    ['the mode of the source itself', OP, () => chmodSync(context(''), 0o711), false],
    ['the mode of a directory on the way', parents('sub/large'), () => chmodSync(context('sub'), 0o711), true],
    [
      'the mode of a directory on the way under --chmod, which one that is there gets',
      { ...parents('sub/large'), chmod: '755' },
      () => chmodSync(context('sub'), 0o711),
      true,
    ],
    ['a file that --parents does not take', parents('sub/large'), () => writeFileSync(context('small'), 'x'), false],
    ['a new file that --parents takes', parents('**/*.md'), () => writeFileSync(context('sub/a.md'), 'x'), true],
    ['an excluded file', { ...OP, excludes: ['small'] }, () => writeFileSync(context('small'), 'x'), false],
    ['a new excluded file', { ...OP, excludes: ['*.md'] }, () => writeFileSync(context('a.md'), 'x'), false],
    [
      'a file that an exception takes back',
      { ...OP, excludes: ['*', '!small'] },
      () => writeFileSync(context('small'), 'x'),
      true,
    ],
  ]

  it.each(cases)('%s', async (_, op, change, counts) => {
    const before = await (await select(op)).content(signal)
    change()
    const after = await (await select(op)).content(signal)
    expect(after.digest === before.digest).toBe(!counts)
  })

  it('tells what --parents takes from the same files taken otherwise', async () => {
    const stamps = await Promise.all(
      [OP, parents('**'), parents('sub/large')].map(async op => (await select(op)).stamps),
    )
    expect(new Set(stamps).size).toBe(2)
    const digests = await Promise.all(
      [parents('sub'), parents('sub/large'), parents('sub/*')].map(
        async op => (await (await select(op)).content(signal)).digest,
      ),
    )
    expect(new Set(digests).size).toBe(3)
  })
})

describe('a file that changes while building', () => {
  const changes: readonly [string, () => void][] = [
    ['written to', () => writeFileSync(context('small'), 'SMALL')],
    ['longer', () => writeFileSync(context('sub/large'), 'more', { flag: 'a' })],
    [
      'replaced',
      () => {
        writeFileSync(context('new'), 'small')
        renameSync(context('new'), context('small'))
      },
    ],
  ]

  it.each(changes)('%s after the walk stops the copy', async (_, change) => {
    const selection = await select()
    change()
    await expect(copy(selection)).rejects.toEqual(changed)
  })

  it.each(changes)('%s after the hashing stops the copy', async (_, change) => {
    const selection = await select()
    await selection.content(signal)
    change()
    await expect(copy(selection)).rejects.toEqual(changed)
  })

  it.each(changes)('%s after the walk stops the hashing', async (_, change) => {
    const selection = await select()
    change()
    await expect(selection.content(signal)).rejects.toEqual(changed)
  })
})
