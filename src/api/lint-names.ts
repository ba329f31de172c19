import type { LintBaseImage, LintNames } from '../dockerfile/index.ts'
import { formatPlatform, normalizePlatform, parsePlatform, parseReference, type ResolvedImage } from '../oci/index.ts'

/** What names mean, for lint rules. */
export const LINT_NAMES: LintNames = {
  isReference: text => orUndefined(() => parseReference(text)) !== undefined,
  parsePlatform: text => orUndefined(() => normalizePlatform(parsePlatform(text))),
}

function orUndefined<T>(parse: () => T): T | undefined {
  try {
    return parse()
  } catch {
    return undefined
  }
}

/** What rules care for of an image that was looked up. */
export function lintBaseImage({ config, platform }: ResolvedImage): LintBaseImage {
  const { Env, Shell, OnBuild } = config.config ?? {}
  return {
    platform: formatPlatform(platform),
    environment: new Map((Env ?? []).map(splitVariable)),
    shell: Shell ?? undefined,
    triggers: OnBuild ?? [],
  }
}

function splitVariable(entry: string): [string, string] {
  const equals = entry.indexOf('=')
  return equals < 0 ? [entry, ''] : [entry.slice(0, equals), entry.slice(equals + 1)]
}
