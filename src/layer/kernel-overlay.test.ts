import { describe, expect, it } from 'vitest'
import { mount, unmount } from '../host/index.ts'
import { describeTree } from '../testkit/describe-tree.ts'
import { Random } from '../testkit/random.ts'
import { editRandomly, fillRandomly } from '../testkit/random-tree.ts'
import { TempDir } from '../testkit/temp-dir.ts'
import { editDirectory } from '../testkit/tree-edits.ts'
import {
  applyLayer,
  copyRootMeta,
  diffLayer,
  layerTar,
  openDirectoryTree,
  openOverlayWriter,
  openStackTree,
  settleLayer,
  upperCandidates,
} from './index.ts'

const SEEDS = Array.from({ length: 12 }, (_, i) => i + 1)

/** A merged view made by the kernel, unmounted when it is disposed of. */
class KernelOverlay {
  readonly merged: string
  readonly upper: string

  constructor(temp: TempDir, name: string, lower: readonly string[]) {
    this.merged = temp.dir(`${name}-merged`)
    this.upper = temp.dir(`${name}-upper`)
    const work = temp.dir(`${name}-work`)
    const data = `lowerdir=${lower.join(':')},upperdir=${this.upper},workdir=${work},redirect_dir=off,metacopy=off,index=off`
    mount({ source: 'overlay', target: this.merged, type: 'overlay', data })
  }

  [Symbol.dispose](): void {
    unmount(this.merged)
  }
}

const canMount = ((): boolean => {
  using temp = new TempDir()
  try {
    using _ = new KernelOverlay(temp, 'probe', [temp.dir('lower')])
    return true
  } catch {
    return false
  }
})()

describe.skipIf(!canMount)('beside the kernel’s overlay (needs the right to mount)', () => {
  it.each(SEEDS)('shows the same tree and makes the same changes, seed %i', async seed => {
    using temp = new TempDir()
    const random = new Random(seed)
    const base = temp.dir('base')
    fillRandomly(openOverlayWriter({ upper: base, lower: undefined }), random, 60)
    const middle = temp.dir('middle')
    editRandomly(openOverlayWriter({ upper: middle, lower: openStackTree([base]) }), random, 30)
    const lowerDirs = [middle, base]
    const lower = openStackTree(lowerDirs)

    using kernel = new KernelOverlay(temp, 'kernel', lowerDirs)
    expect(describeTree(openDirectoryTree(kernel.merged), { dirTimes: false })).toEqual(
      describeTree(lower, { dirTimes: false }),
    )

    const ours = temp.dir('ours')
    copyRootMeta(ours, lower)
    const edits = editRandomly(openOverlayWriter({ upper: ours, lower }), random, 40)
    for (const edit of edits) editDirectory(kernel.merged, edit)
    const kernelTree = openStackTree([kernel.upper, ...lowerDirs])
    const expected = describeTree(openDirectoryTree(kernel.merged))
    expect(describeTree(kernelTree)).toEqual(expected)
    expect(describeTree(openStackTree([ours, ...lowerDirs]), { dirTimes: false })).toEqual(
      describeTree(kernelTree, { dirTimes: false }),
    )

    const entries = await diffLayer({ lower, tree: kernelTree, candidates: upperCandidates(kernel.upper, lower) })
    const applied = temp.dir('applied')
    const { fixups } = await applyLayer(layerTar(entries, kernelTree), applied)
    settleLayer(applied, fixups, lower)
    using again = new KernelOverlay(temp, 'again', [applied, ...lowerDirs])
    expect(describeTree(openDirectoryTree(again.merged))).toEqual(expected)
  })
})
