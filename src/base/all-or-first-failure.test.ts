import { setTimeout as pause } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { allOrFirstFailure } from './all-or-first-failure.ts'

it('gives all results in order', async () => {
  expect(await allOrFirstFailure([3, 1, 2], async n => n * 2)).toEqual([6, 2, 4])
})

it('throws the first failure, and only when nothing is at work any more', async () => {
  const ended: string[] = []
  const work = async (name: string, signal: AbortSignal): Promise<void> => {
    if (name === 'bad') throw new Error('first')
    await pause(10_000, undefined, { signal }).catch(() => undefined)
    ended.push(name)
    throw new Error('second')
  }
  await expect(allOrFirstFailure(['a', 'bad', 'b'], work)).rejects.toThrow('first')
  expect(ended).toEqual(['a', 'b'])
})
