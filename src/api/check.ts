import { dirname } from 'node:path'
import { checkDockerfile, type LintInput, lintRules, parseDockerfile } from '../dockerfile/index.ts'
import { formatPlatform, hostPlatform, type Platform, parsePlatform } from '../oci/index.ts'
import type { LintResult, LintRuleInfo } from '../record/index.ts'
import { readIgnore } from './build/inputs/ignore-file.ts'
import { WELL_KNOWN_IMAGES } from './check-base-images.ts'
import { assertPlannable } from './check-plan.ts'
import { type DockerfileSource, readSource } from './check-source.ts'
import { LINT_NAMES } from './lint-names.ts'

/** What `tare check` takes. */
export interface CheckOptions {
  /** A Dockerfile's path, a directory with one in it, or its bytes; `.` when not given. */
  readonly dockerfile?: string | Uint8Array | DockerfileSource | undefined
  /** The build context, for its ignore file; the Dockerfile's own directory when not given. */
  readonly context?: string | undefined
  readonly buildArgs?: Readonly<Record<string, string>> | undefined
  /** Name or index of the stage to check as the image; the last when not given. */
  readonly target?: string | undefined
  /** `linux/amd64`, `arm64` ...; the machine's own when not given. */
  readonly platform?: string | undefined
  /** Rules to leave out, or `all`, beside those that the file itself leaves out. */
  readonly skip?: readonly string[] | undefined
  /** Experimental rules to have as well, or `all`. */
  readonly experimental?: readonly string[] | undefined
  /** Findings count as failure: `check=error=true` for this call. */
  readonly error?: boolean | undefined
}

/**
 * Checks a Dockerfile without building or looking anything up. Throws TareErrors: `BUILD_NO_DOCKERFILE`, `lint-options`
 * for rules that nobody knows, and what parsing and planning refuse, with the line.
 */
export async function check(options: CheckOptions = {}): Promise<LintResult> {
  const source = readSource(options.dockerfile ?? '.')
  const buildPlatform = hostPlatform()
  const platform = options.platform === undefined ? buildPlatform : parsePlatform(options.platform)
  const input = lintInput(source, options, platform, buildPlatform)
  const { buildArgs = {}, target } = options
  const result = checkDockerfile(input, options)
  await assertPlannable(input.dockerfile, { buildArgs, target, platform, buildPlatform })
  return result
}

/** Every rule there is: Docker's build checks, then Tare's own. */
export function checkRules(): LintRuleInfo[] {
  return lintRules()
}

function lintInput(
  source: DockerfileSource,
  options: CheckOptions,
  platform: Platform,
  buildPlatform: Platform,
): LintInput {
  const context = options.context ?? (source.path === undefined ? undefined : dirname(source.path))
  return {
    dockerfile: parseDockerfile(source.bytes, source.name),
    target: options.target,
    buildArgs: new Map(Object.entries(options.buildArgs ?? {})),
    ignore: context === undefined ? undefined : readIgnore(context, source.path),
    targetPlatform: formatPlatform(platform),
    buildPlatform: formatPlatform(buildPlatform),
    names: LINT_NAMES,
    baseImages: WELL_KNOWN_IMAGES,
  }
}
