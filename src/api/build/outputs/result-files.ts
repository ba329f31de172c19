import type { BuiltOutput } from '../../../progress/index.ts'
import { writeFileWhole } from '../../whole-file.ts'
import type { KeptImage } from './image.ts'
import type { BuildResult } from './result.ts'

/** `--iidfile`: the image ID, without a line feed, as docker writes it. */
export async function writeIidFile(path: string, { id }: BuildResult): Promise<void> {
  await writeFileWhole(path, async sink => sink(Buffer.from(id)))
}

/** `--metadata-file`: of buildx's keys those that are true of this build; none when no output holds an image. */
export async function writeMetadataFile(
  path: string,
  result: BuildResult,
  kept: KeptImage | undefined,
  outputs: readonly BuiltOutput[],
): Promise<void> {
  const text = JSON.stringify(metadataOf(result, kept, outputs), null, 2)
  await writeFileWhole(path, async sink => sink(Buffer.from(text)))
}

function metadataOf(
  result: BuildResult,
  kept: KeptImage | undefined,
  outputs: readonly BuiltOutput[],
): Readonly<Record<string, unknown>> {
  const withImage = outputs.filter(({ type }) => type === 'oci' || type === 'docker' || type === 'image')
  if (!kept && withImage.length === 0) return {}
  const pushed = outputs.find(output => output.type === 'image' && output.sentTo)
  const descriptor =
    pushed?.descriptor ?? kept?.manifest?.descriptor ?? withImage.find(each => each.descriptor)?.descriptor
  const names = new Set([...(kept?.names ?? []), ...withImage.flatMap(output => output.names ?? [])])
  const { architecture, os, variant } = result.platform
  return {
    'containerimage.config.digest': result.id,
    'containerimage.descriptor': descriptor && {
      mediaType: descriptor.mediaType,
      digest: descriptor.digest,
      size: descriptor.size,
      platform: { architecture, os, variant: variant || undefined },
    },
    'containerimage.digest': descriptor?.digest,
    'image.name': names.size > 0 ? [...names].join(',') : undefined,
  }
}
