import type { Platform } from './platform.ts'
import { normalizePlatform } from './platform-parse.ts'

/** How freely a candidate may serve: `compatible` also takes what the processor can run (arm/v6 on arm64), `strict` does not. */
export type PlatformMatching = 'compatible' | 'strict'

/** Whether an image for `candidate` serves a wish for `wanted` (containerd's Only and OnlyStrict). */
export function platformServes(
  wanted: Platform,
  candidate: Platform,
  matching: PlatformMatching = 'compatible',
): boolean {
  return rankPlatform(wanted, candidate, matching) !== undefined
}

/** Whether the operating system alone fits: its name, and no feature that is not wanted. */
export function systemServes(wanted: Platform, candidate: Platform): boolean {
  const features = new Set(wanted['os.features'] ?? [])
  return (
    normalizePlatform(wanted).os === normalizePlatform(candidate).os &&
    (candidate['os.features'] ?? []).every(feature => feature === '' || features.has(feature)) &&
    versionServes(wanted['os.version'], candidate['os.version'])
  )
}

/** 0 for the best fit, rising; undefined when the candidate does not serve. */
function rankPlatform(
  wanted: Platform,
  candidate: Platform,
  matching: PlatformMatching = 'compatible',
): number | undefined {
  if (!systemServes(wanted, candidate)) return undefined
  const name = processorOf(candidate)
  const acceptable = matching === 'strict' ? [processorOf(wanted)] : runnableOn(wanted)
  const rank = acceptable.indexOf(name)
  return rank < 0 ? undefined : rank
}

/** The candidates that serve, best first; equals keep their order. */
export function rankCandidates<T>(
  wanted: Platform,
  candidates: readonly T[],
  platformOf: (candidate: T) => Platform | undefined,
  matching: PlatformMatching = 'compatible',
): T[] {
  const ranked: { candidate: T; rank: number }[] = []
  for (const candidate of candidates) {
    const platform = platformOf(candidate)
    const rank = platform && rankPlatform(wanted, platform, matching)
    if (rank !== undefined) ranked.push({ candidate, rank })
  }
  return ranked.sort((a, b) => a.rank - b.rank).map(entry => entry.candidate)
}

/** `amd64`, `arm/v7`: architecture and variant, normalised. */
function processorOf(platform: Platform): string {
  const { architecture, variant } = normalizePlatform(platform)
  return variant === undefined ? architecture : `${architecture}/${variant}`
}

/** What a processor runs, best first. */
function runnableOn(platform: Platform): string[] {
  const { architecture, variant = '' } = normalizePlatform(platform)
  if (architecture === 'amd64') return [...amd64Levels(variant), '386']
  if (architecture === 'arm') return armVersions(variant)
  if (architecture === 'arm64') return arm64Versions(variant)
  return [processorOf(platform)]
}

/** v1 is the level that has no name of its own. */
function amd64Levels(variant: string): string[] {
  const level = numberOf(variant)
  const own = variant === '' ? 'amd64' : `amd64/${variant}`
  return level < 2 ? [own] : [own, ...countDown(level - 1, 2).map(n => `amd64/v${n}`), 'amd64']
}

/** 32-bit ARM: v5 is the oldest that newer ones stand in for. */
function armVersions(variant: string): string[] {
  return [`arm/${variant}`, ...countDown(numberOf(variant) - 1, 5).map(n => `arm/v${n}`)]
}

/**
 * v9.N holds everything of v8.(N+5), as far as v8.9 (Arm Architecture Reference Manual, A2.2), and both run what 32-bit
 * v8 runs. A version that nobody knows runs nothing.
 */
function arm64Versions(variant: string): string[] {
  const match = /^v(?:8(?:\.(\d))?|9(?:\.([0-7]))?)$/.exec(variant || 'v8')
  if (!match) return []
  const nine = variant.startsWith('v9')
  const minor = Number(match[1] ?? match[2] ?? 0)
  const versions = nine
    ? [...minorVersions('v9', minor), ...minorVersions('v8', Math.min(9, minor + 5))]
    : minorVersions('v8', minor)
  return [...versions.map(name => (name === 'v8' ? 'arm64' : `arm64/${name}`)), ...armVersions('v8')]
}

/** `v3` and `3` -> 3; 0 for what is no number, or none that a processor ever had. */
function numberOf(variant: string): number {
  return Number(/^v?(\d{1,2})$/.exec(variant)?.[1] ?? 0)
}

function minorVersions(major: string, minor: number): string[] {
  return [...countDown(minor, 1).map(n => `${major}.${n}`), major]
}

function countDown(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, from - to + 1) }, (_, i) => from - i)
}

function versionServes(wanted: string | undefined, candidate: string | undefined): boolean {
  if (!wanted || !candidate) return true
  const build = (version: string): string => version.split('.', 3).join('.')
  return build(wanted) === build(candidate)
}
