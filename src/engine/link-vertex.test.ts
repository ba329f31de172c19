import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { BuildPlan, CopyOp } from '../plan/index.ts'
import type { VertexResult } from './result.ts'
import { copyOp, type EngineBench, localContext, openEngineBench, planOf, writeOp } from './solve.fixture.ts'
import { solve } from './solve.ts'

const CONTEXT = { type: 'context', name: 'context' } as const

let bench: EngineBench
beforeEach(async () => {
  bench = await openEngineBench()
  mkdirSync(join(bench.directory, 'context'), { recursive: true })
  writeFileSync(join(bench.directory, 'context/app'), 'app')
})
afterEach(() => bench[Symbol.asyncDispose]())

/** `app` linked to `destination` over a root with the one file `base`. */
function linked(base: string, destination: string, more: Partial<CopyOp> = {}): BuildPlan {
  const copy = copyOp('app', destination, { scratch: false, link: true, ...more })
  return planOf([writeOp('/etc/base', base)], [CONTEXT], [copy, 0, 1])
}

/** Sees the context as it is now. */
async function build(plan: BuildPlan): Promise<VertexResult> {
  const contexts = new Map([['context', localContext(join(bench.directory, 'context'))]])
  const solved = await solve(plan, { ...bench.environment, contexts }, bench.options())
  return solved.get(2) as VertexResult
}

describe('COPY --link', () => {
  it('is one layer, over whatever root, and found again when the root changes', async () => {
    const first = await build(linked('one', '/opt/bin/app'))
    const second = await build(linked('two', '/opt/bin/app'))
    expect([first.cached, second.cached]).toEqual([false, true])
    expect(second.added).toEqual(first.added)
    expect(second.layers[0]).not.toEqual(first.layers[0])
    expect(second.chainId).not.toBe(first.chainId)
    expect(second.createdMs).toBe(first.createdMs)
    const tree = await second.tree()
    expect(tree.lstat('/opt/bin/app')).toMatchObject({ type: 'file', size: 3 })
    expect(tree.lstat('/etc/base')).toMatchObject({ size: 3 })
  })

  it('is made again when a file changes', async () => {
    const first = await build(linked('one', '/app'))
    writeFileSync(join(bench.directory, 'context/app'), 'changed')
    const again = await build(linked('one', '/app'))
    expect(again.cached).toBe(false)
    expect(again.added?.diffId).not.toBe(first.added?.diffId)
  })

  it('is a hit as a whole the second time', async () => {
    const first = await build(linked('one', '/app'))
    expect(await build(linked('one', '/app'))).toMatchObject({ cached: true, chainId: first.chainId, key: first.key })
  })

  it('is the layer that a plain copy makes on an empty root', async () => {
    const plain = await build(planOf([writeOp('/x', 'x')], [CONTEXT], [copyOp('app', '/app'), 1]))
    const over = await build(linked('one', '/app'))
    expect([over.cached, over.added?.diffId]).toEqual([true, plain.added?.diffId])
  })

  it('is not a hit for a copy that looks at its root', async () => {
    await build(linked('one', '/app'))
    expect((await build(linked('one', '/app', { link: false }))).cached).toBe(false)
  })
})
