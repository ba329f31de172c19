import { describe, expect, it } from 'vitest'
import type { ProgressEvent } from '../../progress/index.ts'
import { EventQueue } from './event-queue.ts'

const started = (id: number): ProgressEvent => ({ type: 'started', id, at: 0 })

async function ids(queue: EventQueue): Promise<number[]> {
  const seen: number[] = []
  for await (const event of queue) if (event.type === 'started') seen.push(event.id)
  return seen
}

describe('EventQueue', () => {
  it('hands on what was pushed before, while and after somebody waits', async () => {
    const queue = new EventQueue()
    queue.push(started(1))
    const reading = ids(queue)
    await Promise.resolve()
    queue.push(started(2))
    await new Promise(setImmediate)
    queue.push(started(3))
    queue.end()
    expect(await reading).toEqual([1, 2, 3])
  })

  it('ends at once when it has ended and is empty', async () => {
    const queue = new EventQueue()
    queue.end()
    expect(await ids(queue)).toEqual([])
  })
})
