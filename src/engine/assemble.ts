import type { HistoryEntry, ImageConfig } from '../oci/index.ts'
import type { BuildPlan } from '../plan/index.ts'
import type { StageWeight } from '../progress/index.ts'
import type { StackLayer, VertexResult } from './result.ts'
import type { Solved } from './solve.ts'
import { vertexName } from './vertex-report.ts'

/** The image that a solved plan amounts to. */
export interface AssembledImage {
  readonly config: ImageConfig
  readonly layers: readonly StackLayer[]
}

/**
 * Puts rootfs, history and times to the planned config. Times are those of the steps when they were made first, so that a
 * rebuild without changes gives the same image ID; with an epoch, the epoch. A step that changed nothing has no layer.
 */
export function assembleImage(
  plan: BuildPlan,
  solved: Solved,
  options: { readonly epoch: number | undefined; readonly now: number },
): AssembledImage {
  const target = plan.target === undefined ? undefined : (solved.get(plan.target) as VertexResult)
  const layers = target?.layers ?? []
  const base = plan.base?.config
  let time = options.epoch !== undefined ? isoTime(options.epoch * 1000) : base?.created
  const history: HistoryEntry[] = [...baseHistory(plan)]
  for (const entry of plan.history) {
    const made = entry.vertex === undefined ? undefined : solved.get(entry.vertex)
    if (options.epoch === undefined && made?.createdMs !== undefined) time = isoTime(made.createdMs)
    time ??= isoTime(options.now)
    history.push({
      created: time,
      created_by: entry.createdBy,
      ...(entry.author === undefined ? {} : { author: entry.author }),
      ...(entry.comment === undefined ? {} : { comment: entry.comment }),
      ...(made?.added ? {} : { empty_layer: true }),
    })
  }
  return {
    layers,
    config: {
      ...plan.config,
      created: time ?? isoTime(options.now),
      rootfs: { type: 'layers', diff_ids: layers.map(layer => layer.diffId) },
      history,
    },
  }
}

/** A base whose history does not account for its layers gets plain entries, so that both lists stay in step. */
function baseHistory({ base }: BuildPlan): readonly HistoryEntry[] {
  if (!base) return []
  const history = base.config.history ?? []
  const layers = base.config.rootfs.diff_ids.length
  const accounted = history.filter(entry => !entry.empty_layer).length
  if (accounted === layers) return history
  return Array.from({ length: layers }, () => ({ created: base.config.created, comment: 'base layer without history' }))
}

function isoTime(ms: number): string {
  return new Date(ms).toISOString()
}

/** What each stage and step added. */
export function weighStages(
  plan: BuildPlan,
  solved: Solved,
  baseBytes: (layers: readonly StackLayer[]) => number,
): StageWeight[] {
  return plan.stages.map(stage => {
    const base = stage.vertices.map(index => solved.get(index)).find(result => result?.layers.length)
    return {
      name: stage.name,
      inImage: stage.inImage,
      baseBytes: base && plan.vertices[stage.vertices[0] ?? -1]?.op.type === 'image' ? baseBytes(base.layers) : 0,
      steps: stage.vertices.flatMap(index => {
        const vertex = plan.vertices[index]
        const result = solved.get(index)
        if (!vertex || !result || vertex.op.type === 'image') return []
        return [
          {
            step: vertexName(vertex),
            uncompressedBytes: result.added?.uncompressedBytes ?? 0,
            cached: result.cached,
            ms: result.ms,
          },
        ]
      }),
    }
  })
}
