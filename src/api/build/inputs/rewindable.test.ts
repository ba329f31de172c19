import { describe, expect, it } from 'vitest'
import { inPieces } from '../../../testkit/make-tar.ts'
import { readAll } from '../../../testkit/read-all.ts'
import { rewindable } from './rewindable.ts'

const TEXT = 'FROM scratch\n'
const pieces = () => inPieces(Buffer.from(TEXT), 3)
const never = new AbortController().signal

/** Reads `count` pieces of a trial and gives it up. */
async function give(trial: AsyncIterable<Uint8Array>, count: number): Promise<void> {
  let seen = 0
  if (count === 0) return
  for await (const _ of trial) if (++seen === count) return
}

describe('a stream that is tried and then read', () => {
  it.each([0, 1, 3, 99])('begins again after a trial of %i pieces', async count => {
    const stream = rewindable(pieces(), never)
    await give(stream.trial, count)
    expect((await readAll(stream.rewind())).toString()).toBe(TEXT)
  })

  it('is read to its end although nobody wants it', async () => {
    let ended = false
    async function* source(): AsyncGenerator<Uint8Array> {
      yield* pieces()
      ended = true
    }
    const stream = rewindable(source(), never)
    await give(stream.trial, 1)
    stream.forget()
    await stream.drain()
    expect(ended).toBe(true)
  })

  it('that says nothing is given up with the signal', async () => {
    const stop = new AbortController()
    async function* silent(): AsyncGenerator<Uint8Array> {
      await new Promise(() => undefined)
    }
    const reading = readAll(rewindable(silent(), stop.signal).trial)
    stop.abort(new Error('enough'))
    await expect(reading).rejects.toThrow('enough')
  })
})
