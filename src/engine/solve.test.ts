import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { assembleImage } from './assemble.ts'
import { copyOp, type EngineBench, execOp, localContext, openEngineBench, planOf, writeOp } from './solve.fixture.ts'
import { solve } from './solve.ts'

let bench: EngineBench
beforeEach(async () => {
  bench = await openEngineBench()
})
afterEach(() => bench[Symbol.asyncDispose]())

const outcomes = (): string[] =>
  bench.events.flatMap(event => (event.type === 'completed' ? [`${event.id} ${event.outcome}`] : []))

describe('the scheduler', () => {
  /** Two runs that do not need each other, and a copy that needs both. */
  const fork = () =>
    planOf([execOp('a')], [execOp('b')], [copyOp('', '/', { scratch: false, fromContext: false }), 0, 1])

  it('runs what does not depend on each other at the same time', async () => {
    const solving = solve(fork(), bench.environment, bench.options())
    await bench.sandbox.until(2)
    bench.sandbox.finish('a')
    bench.sandbox.finish('b')
    await solving
    expect(outcomes().sort()).toEqual(['0 done', '1 done', '2 done'])
  })

  it('keeps to --jobs', async () => {
    const solving = solve(fork(), bench.environment, bench.options({ jobs: 1 }))
    await bench.sandbox.until(1)
    const [first = ''] = bench.sandbox.started
    await new Promise(setImmediate)
    expect(bench.sandbox.started).toEqual([first])
    bench.sandbox.finish(first)
    await bench.sandbox.until(2)
    bench.sandbox.finish(first === 'a' ? 'b' : 'a')
    await solving
  })

  it('runs the same step wanted twice once', async () => {
    const plan = planOf(
      [execOp('same')],
      [execOp('same')],
      [copyOp('', '/', { scratch: false, fromContext: false }), 0, 1],
    )
    bench.sandbox.finish('same')
    await solve(plan, bench.environment, bench.options())
    expect(bench.sandbox.started).toEqual(['same'])
  })

  it('cancels the rest at the first failure, and reports that failure', async () => {
    const solving = solve(fork(), bench.environment, bench.options())
    await bench.sandbox.until(2)
    bench.sandbox.finish('a', 3)
    await expect(solving).rejects.toMatchObject({ code: 'ENGINE_RUN_FAILED', facts: { exitCode: 3 } })
    expect(outcomes().sort()).toEqual(['0 failed', '1 canceled'])
    expect(bench.store.db.all("SELECT * FROM snapshot WHERE state <> 'committed'")).toEqual([])
  })

  it("stops at the caller's signal with its reason", async () => {
    const stop = new AbortController()
    const solving = solve(fork(), bench.environment, bench.options({ signal: stop.signal }))
    await bench.sandbox.until(2)
    stop.abort(new Error('enough'))
    await expect(solving).rejects.toThrow('enough')
    expect(outcomes().sort()).toEqual(['0 canceled', '1 canceled'])
  })
})

describe('a long chain', () => {
  it('of 10,000 steps is walked to its end, where once the stack overflowed and an empty image came out', async () => {
    const count = 10_000
    bench.sandbox.finish('step')
    const steps = Array.from(
      { length: count },
      (_, i) => [execOp('step', i === 0), ...(i === 0 ? [] : [i - 1])] as const,
    )
    const solved = await solve(planOf(...steps), bench.environment, bench.options({ onProgress: () => {} }))
    expect(solved.size).toBe(count)
    expect(bench.sandbox.started.length).toBeGreaterThan(0)
  }, 120_000)
})

describe('the cache', () => {
  const plan = () => planOf([writeOp('/a', 'x')], [execOp('run', false), 0])
  beforeEach(() => bench.sandbox.finish('run'))

  it('hits on everything the second time, and then runs nothing', async () => {
    await solve(plan(), bench.environment, bench.options())
    bench.events.length = 0
    await solve(plan(), bench.environment, bench.options())
    expect(outcomes()).toEqual(['0 cached', '1 cached'])
    expect(bench.sandbox.started).toEqual(['run'])
  })

  it('is not asked with --no-cache', async () => {
    await solve(plan(), bench.environment, bench.options())
    await solve(plan(), bench.environment, bench.options({ noCache: true }))
    expect(bench.sandbox.started).toEqual(['run', 'run'])
  })

  it('looks at the content of a context, not at its times', async () => {
    const context = join(bench.directory, 'context')
    mkdirSync(context)
    writeFileSync(join(context, 'file'), 'one')
    const again = async (): Promise<string[]> => {
      const contexts = new Map([['context', localContext(context)]])
      bench.events.length = 0
      await solve(
        planOf([{ type: 'context', name: 'context' }], [copyOp('file', '/f'), 0]),
        { ...bench.environment, contexts },
        bench.options(),
      )
      return outcomes()
    }
    expect(await again()).toEqual(['1 done'])
    writeFileSync(join(context, 'file'), 'one')
    expect(await again()).toEqual(['1 cached'])
    writeFileSync(join(context, 'file'), 'two')
    expect(await again()).toEqual(['1 done'])
  })
})

describe('the assembled image', () => {
  it('is the same for a rebuild: times are those of the first making, steps without change have no layer', async () => {
    bench.sandbox.finish('nothing')
    const plan = planOf([writeOp('/a', 'x')], [execOp('nothing', false), 0])
    const first = assembleImage(plan, await solve(plan, bench.environment, bench.options()), {
      epoch: undefined,
      now: 1,
    })
    const second = assembleImage(plan, await solve(plan, bench.environment, bench.options()), {
      epoch: undefined,
      now: 2,
    })
    expect(second.config).toEqual(first.config)
    expect(first.config.rootfs.diff_ids).toHaveLength(1)
    expect(first.config.history?.map(entry => entry.empty_layer ?? false)).toEqual([false, true])
  })

  it('has the epoch as its times', async () => {
    const plan = planOf([writeOp('/a', 'x')])
    const solved = await solve(plan, bench.environment, bench.options({ epoch: 1_000_000_000 }))
    const { config } = assembleImage(plan, solved, { epoch: 1_000_000_000, now: 5 })
    expect(config.created).toBe('2001-09-09T01:46:40.000Z')
    expect(config.history?.[0]?.created).toBe('2001-09-09T01:46:40.000Z')
  })
})
