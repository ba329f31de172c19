import type { Dockerfile, IgnoreMatcher, LintInput } from '../dockerfile/index.ts'
import { formatPlatform, hostPlatform, parsePlatform } from '../oci/index.ts'
import { WELL_KNOWN_IMAGES } from './check-base-images.ts'
import { LINT_NAMES } from './lint-names.ts'

/** What a Dockerfile is looked at for. */
export interface CheckedBuild {
  readonly buildArgs?: Readonly<Record<string, string>> | undefined
  /** Name or index of the stage that becomes the image; the last when not given. */
  readonly target?: string | undefined
  /** `linux/amd64`, `arm64` ...; the machine's own when not given. */
  readonly platform?: string | undefined
}

/** A Dockerfile as rules look at it. Throws for a platform that is none. */
export function checkInput(
  dockerfile: Dockerfile,
  ignore: IgnoreMatcher | undefined,
  { buildArgs = {}, target, platform }: CheckedBuild,
): LintInput {
  const buildPlatform = hostPlatform()
  return {
    dockerfile,
    target,
    buildArgs: new Map(Object.entries(buildArgs)),
    ignore,
    targetPlatform: formatPlatform(platform === undefined ? buildPlatform : parsePlatform(platform)),
    buildPlatform: formatPlatform(buildPlatform),
    names: LINT_NAMES,
    baseImages: WELL_KNOWN_IMAGES,
  }
}
