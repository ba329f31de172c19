import type { BuiltOutput } from '../../../progress/index.ts'
import type { ImageOutput } from '../output-options.ts'
import { type CheckedOutput, type CheckedOutputs, isLoad } from './check-outputs.ts'
import { exportImage, type KeptImage, keepImage } from './image.ts'
import { type Checked, manifestForm } from './manifest-form.ts'
import type { BuildResult, OutputContext } from './result.ts'
import { writeIidFile, writeMetadataFile } from './result-files.ts'

/**
 * Makes of a result what was asked for: the image in the store first, so that nothing is lost when an output fails; then
 * files; then what others get to see, a registry last. Gives the outputs in the order asked for.
 */
export async function exportResult(
  result: BuildResult,
  checked: CheckedOutputs,
  context: OutputContext,
): Promise<readonly BuiltOutput[]> {
  const now = checked.metadataFile !== undefined || checked.outputs.some(isPush)
  const form = manifestForm(checked.manifest, result)
  const kept = checked.keep ? await keepImage(result, checked.names, form, now, context) : undefined
  const made = new Map<CheckedOutput, BuiltOutput>()
  for (const output of checked.outputs.toSorted((a, b) => reach(a) - reach(b)))
    made.set(output, await exportOne(output, result, kept, context))
  const outputs = checked.outputs.map(output => made.get(output) as BuiltOutput)
  if (checked.metadataFile !== undefined) await writeMetadataFile(checked.metadataFile, result, kept, outputs)
  if (checked.iidFile !== undefined) await writeIidFile(checked.iidFile, result)
  return outputs
}

function reach(output: CheckedOutput): number {
  return isPush(output) ? 2 : isLoad(output) ? 1 : 0
}

function isPush(output: CheckedOutput): boolean {
  return output.type === 'image' && output.push === true
}

async function exportOne(
  output: CheckedOutput,
  result: BuildResult,
  kept: KeptImage | undefined,
  context: OutputContext,
): Promise<BuiltOutput> {
  if (output.type === 'cacheonly') return output
  if (output.type === 'image')
    return await exportImage(output as Checked<ImageOutput>, result, kept as KeptImage, context)
  // Most builds have none of these, and what talks to engines takes long to load.
  if (output.type === 'local') return await (await import('./local.ts')).exportLocal(output, result, context)
  if (output.type === 'tar') return await (await import('./tar.ts')).exportTar(output, result, context)
  if (isLoad(output)) return await (await import('./load.ts')).exportToEngine(output, result, context)
  return await (await import('./archive.ts')).exportArchive(output, result, context)
}
