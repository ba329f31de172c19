import { isTareError, type TareError } from '../base/error.ts'
import type { Dockerfile } from '../dockerfile/index.ts'
import { type Digest, hostPlatform, type Platform, parsePlatform, type ResolvedImage } from '../oci/index.ts'
import { type PlanResolver, planBuild } from '../plan/index.ts'
import type { CheckedBuild } from './check-input.ts'

/**
 * What a build would stop with before it runs anything; undefined for nothing. Base images are not looked up: what
 * depends on variables that one of them may set, or on build arguments that are still to be given, is let pass.
 */
export async function planFault(
  dockerfile: Dockerfile,
  { buildArgs = {}, target, platform }: CheckedBuild,
): Promise<TareError | undefined> {
  const buildPlatform = hostPlatform()
  const options = {
    buildArgs,
    target,
    platform: platform === undefined ? buildPlatform : parsePlatform(platform),
    buildPlatform,
    allowInsecure: true,
  }
  try {
    await planBuild(dockerfile, options, UNKNOWN_IMAGES)
    return undefined
  } catch (error) {
    if (!isTareError(error)) throw error
    return dependsOnOthers(error, dockerfile) ? undefined : error
  }
}

/** A word that cannot be read is at fault by itself; what a variable stands for may come from the base image, or be given. */
function dependsOnOthers({ at, code }: TareError, { stages, metaArgs, file }: Dockerfile): boolean {
  if (!at || code === 'word-syntax') return false
  if (metaArgs.length === 0 && stages.every(({ from }) => from.image === 'scratch')) return false
  const { startLine, endLine } = at.range
  return file.lines.slice(startLine - 1, endLine).some(line => line.includes('$'))
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
