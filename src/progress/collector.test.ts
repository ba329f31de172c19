import { describe, expect, it } from 'vitest'
import { toBuildRecord } from './build-record.ts'
import { Collector } from './collector.ts'
import type { ProgressEvent } from './events.ts'

const ID = `sha256:${'0'.repeat(64)}` as const
const EVENTS: readonly ProgressEvent[] = [
  { type: 'vertex', id: 7, name: 'FROM x', inputs: [] },
  { type: 'vertex', id: 9, name: 'RUN y', inputs: [7] },
  { type: 'vertex', id: 11, name: 'RUN z', inputs: [9] },
  { type: 'started', id: 7, at: 10 },
  { type: 'transfer', id: 7, item: 'a', action: 'pulling', currentBytes: 1, totalBytes: 4 },
  { type: 'transfer', id: 7, item: 'a', action: 'pulling', currentBytes: 4, totalBytes: 4, done: true },
  { type: 'completed', id: 7, at: 30, outcome: 'done' },
  { type: 'started', id: 9, at: 30 },
  { type: 'log', id: 9, at: 31, stream: 'stdout', data: Buffer.from('1\n2\n3') },
  { type: 'warning', code: 'W', message: 'careful' },
]

function collect(events: readonly ProgressEvent[]): Collector {
  const collector = new Collector()
  for (const event of events) collector.apply(event)
  return collector
}

describe('Collector', () => {
  it('folds events into the state of each vertex', () => {
    const collector = collect(EVENTS)
    expect([...collector.vertices.values()].map(({ number, name, outcome }) => [number, name, outcome])).toEqual([
      [1, 'FROM x', 'done'],
      [2, 'RUN y', undefined],
      [3, 'RUN z', undefined],
    ])
    expect(collector.running().map(({ id }) => id)).toEqual([9])
    expect(collector.completedCount).toBe(1)
    expect([...(collector.vertices.get(7)?.transfers.values() ?? [])]).toEqual([
      { item: 'a', action: 'pulling', currentBytes: 4, totalBytes: 4, done: true },
    ])
    expect(collector.vertices.get(9)?.log.lines()).toEqual(['1', '2', '3'])
  })

  it('keeps the last 20 lines, in bounded memory', () => {
    const collector = collect([{ type: 'vertex', id: 0, name: 'x', inputs: [] }])
    for (let i = 0; i < 1000; i++)
      collector.apply({ type: 'log', id: 0, at: 0, stream: 'stderr', data: Buffer.from(`line ${i}\n`) })
    expect(collector.vertices.get(0)?.log.lines()).toEqual(Array.from({ length: 20 }, (_, i) => `line ${980 + i}`))
  })

  it('loses nothing of a vertex that was never announced', () => {
    const collector = collect([{ type: 'completed', id: 3, at: 5, outcome: 'failed', message: 'm' }])
    expect(collector.vertices.get(3)).toMatchObject({ name: '', outcome: 'failed', message: 'm' })
  })
})

describe('toBuildRecord', () => {
  it('is plain data that survives JSON', () => {
    const collector = collect([
      ...EVENTS,
      { type: 'completed', id: 9, at: 50, outcome: 'done', uncompressedBytes: 1024 },
      {
        type: 'image',
        image: {
          id: ID,
          platform: 'linux/amd64',
          names: [],
          layers: 1,
          uncompressedBytes: 1,
          stages: [],
          stored: true,
          outputs: [],
        },
      },
    ])
    const record = toBuildRecord(collector, {
      id: 'b1',
      startedMs: 0,
      completedMs: 60,
      outcome: 'done',
      dockerfile: 'Dockerfile',
      target: 'app',
      platform: 'linux/amd64',
    })
    expect(JSON.parse(JSON.stringify(record))).toEqual({
      version: 1,
      id: 'b1',
      startedMs: 0,
      completedMs: 60,
      outcome: 'done',
      dockerfile: 'Dockerfile',
      target: 'app',
      platform: 'linux/amd64',
      image: ID,
      warnings: [{ code: 'W', message: 'careful' }],
      steps: [
        { name: 'FROM x', startedMs: 10, completedMs: 30, outcome: 'done' },
        {
          name: 'RUN y',
          startedMs: 30,
          completedMs: 50,
          outcome: 'done',
          uncompressedBytes: 1024,
          output: ['1', '2', '3'],
        },
        { name: 'RUN z', outcome: 'unfinished' },
      ],
    })
  })
})
