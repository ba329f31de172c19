import type { BuildRecord, StepRecord } from '../record/index.ts'
import type { Collector, VertexState } from './collector.ts'

/** What a build record says beside what the events told. */
export type BuildFacts = Omit<BuildRecord, 'version' | 'steps' | 'warnings' | 'image'>

/** The record of a build that has come to its end. */
export function toBuildRecord(collector: Collector, facts: BuildFacts): BuildRecord {
  return {
    version: 1,
    ...facts,
    steps: [...collector.vertices.values()].map(toStepRecord),
    warnings: collector.warnings.map(({ code, message }) => ({ code, message })),
    image: collector.images.at(-1)?.id,
  }
}

function toStepRecord(vertex: VertexState): StepRecord {
  const output = vertex.log.lines()
  return {
    name: vertex.name,
    startedMs: vertex.startedMs,
    completedMs: vertex.completedMs,
    outcome: vertex.outcome ?? 'unfinished',
    uncompressedBytes: vertex.uncompressedBytes,
    message: vertex.message,
    output: output.length > 0 ? output : undefined,
  }
}
