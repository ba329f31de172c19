import { type Solved, weighStages } from '../../../engine/index.ts'
import { type Digest, formatPlatform } from '../../../oci/index.ts'
import type { BuildPlan } from '../../../plan/index.ts'
import type { BuiltImage, BuiltOutput } from '../../../progress/index.ts'
import type { CheckedOutputs } from './check-outputs.ts'
import type { BuildResult } from './result.ts'

/** What is told of the build at its end. */
export function summarise(
  plan: BuildPlan,
  solved: Solved,
  { id, layers }: BuildResult,
  { keep, names }: CheckedOutputs,
  outputs: readonly BuiltOutput[],
): BuiltImage {
  const sizes = new Map(layers.map(layer => [layer.diffId, layer.uncompressedBytes ?? 0]))
  const total = (some: readonly { readonly diffId: Digest }[]): number =>
    some.reduce((sum, { diffId }) => sum + (sizes.get(diffId) ?? 0), 0)
  return {
    id,
    platform: formatPlatform(plan.platform),
    names,
    layers: layers.length,
    uncompressedBytes: total(layers),
    stages: weighStages(plan, solved, total),
    stored: keep,
    outputs,
  }
}
