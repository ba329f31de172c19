import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { describeTree } from '../testkit/describe-tree.ts'
import { Random } from '../testkit/random.ts'
import { editRandomly, fillRandomly } from '../testkit/random-tree.ts'
import { TempDir } from '../testkit/temp-dir.ts'
import {
  allCandidates,
  applyLayer,
  diffLayer,
  layerTar,
  openOverlayWriter,
  openStackTree,
  settleLayer,
  type TreeView,
  upperCandidates,
} from './index.ts'

const isRoot = process.getuid?.() === 0
const SEEDS = Array.from({ length: 25 }, (_, i) => i + 1)

describe.skipIf(!isRoot)('random edits of random trees (needs root for owners and devices)', () => {
  it.each(SEEDS)('diff, tar and apply give the edited tree again, seed %i', async seed => {
    using temp = new TempDir()
    const random = new Random(seed)
    const dirs = makeStack(temp, random)
    const [upper = '', ...lowerDirs] = dirs
    const lower = openStackTree(lowerDirs)
    const edited = openStackTree(dirs)

    const entries = await diffLayer({ lower, tree: edited, candidates: upperCandidates(upper, lower) })
    const tar = await collect(layerTar(entries, edited))
    const applied = temp.dir('applied')
    const result = await applyLayer(once(tar), applied)
    settleLayer(applied, result.fixups, lower)
    const again = openStackTree([applied, ...lowerDirs])

    expect(describeTree(again)).toEqual(describeTree(edited))
    expect(result.uncompressedBytes).toBe(tar.length)
    await expectSameLayer(tar, lower, edited, allCandidates(lower, edited))
    await expectSameLayer(tar, openStackTree(lowerDirs), again, upperCandidates(applied, lower))
    readByGnuTar(temp, tar, entries.length)
  })
})

/** Three layers made one over the other; the top one first. */
function makeStack(temp: TempDir, random: Random): string[] {
  const dirs: string[] = []
  for (const name of ['base', 'middle', 'top']) {
    const upper = temp.dir(name)
    const writer = openOverlayWriter({ upper, lower: dirs.length === 0 ? undefined : openStackTree(dirs) })
    if (name === 'base') fillRandomly(writer, random, 60)
    else editRandomly(writer, random, 25)
    dirs.unshift(upper)
  }
  return dirs
}

async function expectSameLayer(
  tar: Buffer,
  lower: TreeView,
  tree: TreeView,
  candidates: ReturnType<typeof allCandidates>,
): Promise<void> {
  const entries = await diffLayer({ lower, tree, candidates })
  expect(Buffer.compare(await collect(layerTar(entries, tree)), tar), 'the layer depends on the two trees alone').toBe(
    0,
  )
}

function readByGnuTar(temp: TempDir, tar: Buffer, entries: number): void {
  const file = join(temp.path, 'layer.tar')
  writeFileSync(file, tar)
  const listed = execFileSync('tar', ['--quoting-style=escape', '-tf', file], { encoding: 'latin1' })
  expect(listed.split('\n').length - 1).toBe(entries)
}

async function collect(bytes: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of bytes) chunks.push(chunk)
  return Buffer.concat(chunks)
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}
