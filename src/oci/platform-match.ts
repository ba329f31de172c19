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
  const { architecture, variant } = normalizePlatform(platform)
  if (architecture === 'amd64') return [...amd64Levels(variant), '386']
  if (architecture === 'arm') return armVersions(variant)
  if (architecture === 'arm64') return [...arm64Versions(variant), ...armVersions('v8')]
  return [processorOf(platform)]
}

function amd64Levels(variant: string | undefined): string[] {
  const level = Number(/^v([2-9])$/.exec(variant ?? '')?.[1] ?? 1)
  if (level === 1) return variant === undefined ? ['amd64'] : [`amd64/${variant}`, 'amd64']
  return [...countDown(level, 2).map(n => `amd64/v${n}`), 'amd64']
}

/** 32-bit ARM: v5 is the oldest that newer ones stand in for. */
function armVersions(variant: string | undefined): string[] {
  const version = Number(/^v([5-9])$/.exec(variant ?? '')?.[1] ?? 0)
  return version === 0 ? [`arm/${variant}`] : countDown(version, 5).map(n => `arm/v${n}`)
}

/** v9.N holds everything of v8.(N+5), as far as v8.9 (Arm Architecture Reference Manual, A2.2). */
function arm64Versions(variant = 'v8'): string[] {
  const match = /^v([89])(?:\.(\d))?$/.exec(variant)
  if (!match) return [`arm64/${variant}`]
  const minor = Number(match[2] ?? 0)
  const nine = match[1] === '9' ? minorVersions('v9', minor) : []
  const eight = minorVersions('v8', match[1] === '9' ? Math.min(9, minor + 5) : minor)
  return [...nine, ...eight].map(name => (name === 'v8' ? 'arm64' : `arm64/${name}`))
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
