import { describe, expect, it } from 'vitest'
import { Limit } from './limit.ts'

function gate(): { readonly promise: Promise<void>; readonly open: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>()
  return { promise, open: resolve }
}

describe('Limit', () => {
  it('lets at most its size work at a time, in order', async () => {
    const limit = new Limit(2)
    const gates = [gate(), gate(), gate()]
    const started: number[] = []
    const runs = gates.map(({ promise }, i) =>
      limit.run(async () => {
        started.push(i)
        await promise
      }),
    )
    await Promise.resolve()
    expect(started).toEqual([0, 1])
    gates[0]?.open()
    await runs[0]
    await new Promise(setImmediate)
    expect(started).toEqual([0, 1, 2])
    for (const { open } of gates) open()
    await Promise.all(runs)
  })

  it('gives a slot back when the work fails', async () => {
    const limit = new Limit(1)
    await expect(limit.run(() => Promise.reject(new Error('x')))).rejects.toThrow('x')
    await expect(limit.run(async () => 1)).resolves.toBe(1)
  })

  it('leaves the queue on abort, and the others in it', async () => {
    const limit = new Limit(1)
    const first = gate()
    const stop = new AbortController()
    const running = limit.run(() => first.promise)
    const aborted = limit.run(async () => 2, stop.signal)
    const after = limit.run(async () => 3)
    stop.abort(new Error('stopped'))
    await expect(aborted).rejects.toThrow('stopped')
    first.open()
    await running
    await expect(after).resolves.toBe(3)
  })
})
