import { isTareError } from '../base/error.ts'
import type { Dockerfile } from '../dockerfile/index.ts'
import type { Digest, Platform, ResolvedImage } from '../oci/index.ts'
import { type PlanOptions, type PlanResolver, planBuild } from '../plan/index.ts'

/**
 * Throws what a build would stop with before it runs anything. Base images are not looked up: what depends on
 * variables that one of them may set is let pass.
 */
export async function assertPlannable(dockerfile: Dockerfile, options: PlanOptions): Promise<void> {
  try {
    await planBuild(dockerfile, { ...options, allowInsecure: true }, UNKNOWN_IMAGES)
  } catch (error) {
    if (!isTareError(error) || !mayComeFromBase(error.at, dockerfile)) throw error
  }
}

function mayComeFromBase(
  at: { readonly range: { startLine: number; endLine: number } } | undefined,
  dockerfile: Dockerfile,
): boolean {
  if (!at || dockerfile.stages.every(stage => stage.from.image === 'scratch')) return false
  const { startLine, endLine } = at.range
  return dockerfile.file.lines.slice(startLine - 1, endLine).some(line => line.includes('$'))
}

const NO_DIGEST = `sha256:${'0'.repeat(64)}` as Digest

/** Every image is there and sets nothing. */
const UNKNOWN_IMAGES: PlanResolver = {
  image: async (reference, platform) => unknownImage(reference, platform),
}

/** Stands in for an image that was not looked up: it sets nothing. */
export function unknownImage(reference: string, platform: Platform): ResolvedImage {
  const { os, architecture, variant } = platform
  const config = { os, architecture, variant, rootfs: { type: 'layers', diff_ids: [] } } as const
  return { reference, id: NO_DIGEST, platform, config, configBytes: new Uint8Array() }
}
