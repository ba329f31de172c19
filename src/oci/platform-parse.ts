import { TareError } from '../base/error.ts'
import { suggest } from '../base/suggest.ts'
import type { OciErrorCode } from './errors.ts'
import { hostPlatform, type Platform } from './platform.ts'

const SYSTEMS = new Set(
  [
    'aix',
    'android',
    'darwin',
    'dragonfly',
    'freebsd',
    'hurd',
    'illumos',
    'ios',
    'js',
    'linux',
    'nacl',
    'netbsd',
  ].concat(['openbsd', 'plan9', 'solaris', 'windows', 'zos']),
)
const ARCHITECTURES = new Set(
  [
    '386',
    'amd64',
    'amd64p32',
    'arm',
    'armbe',
    'arm64',
    'arm64be',
    'loong64',
    'mips',
    'mipsle',
    'mips64',
    'mips64le',
  ].concat([
    'mips64p32',
    'mips64p32le',
    'ppc',
    'ppc64',
    'ppc64le',
    'riscv',
    'riscv64',
    's390',
    's390x',
    'sparc',
    'sparc64',
    'wasm',
  ]),
)
/** Other spellings of architectures, with the variant they imply. */
const SPELLINGS: Readonly<Record<string, readonly [string, string?]>> = {
  i386: ['386', ''],
  x86_64: ['amd64'],
  'x86-64': ['amd64'],
  aarch64: ['arm64'],
  armhf: ['arm', 'v7'],
  armel: ['arm', 'v6'],
}
const PART = /^[A-Za-z0-9_.-]+$/
const SYSTEM_PART = /^([A-Za-z0-9_-]+)(?:\(([A-Za-z0-9_.%-]*)((?:\+[A-Za-z0-9_.%-]+)*)\))?$/

/**
 * `linux/arm64/v8`, `arm64`, `aarch64`, `linux`: what is left out comes from the host.
 * Throws `OCI_INVALID_PLATFORM`, also for a single word that is no known system or architecture.
 */
export function parsePlatform(text: string, host: Platform = hostPlatform()): Platform {
  const parts = text.split('/')
  const system = SYSTEM_PART.exec(parts[0] ?? '')
  const bad = parts.find((part, i) => (i === 0 && parts.length < 4 ? !system && !PART.test(part) : !PART.test(part)))
  if (bad !== undefined || parts.length > 3) throw invalid(text, bad ?? text)
  if (parts.length === 1) return parseWord(text, parts[0] ?? '', system, host)
  if (!system) throw invalid(text, parts[0] ?? '')
  const architecture = normalizeArchitecture(parts[1] ?? '', parts[2])
  return { ...parseSystem(text, system), ...withoutDefault(architecture, parts.length === 3) }
}

/** The one spelling of a platform that counts for comparison: `Linux/aarch64/v8` and `linux/arm64` are the same. */
export function normalizePlatform(platform: Platform): Platform {
  const { variant: _, ...rest } = platform
  return {
    ...rest,
    os: normalizeSystem(platform.os),
    ...normalizeArchitecture(platform.architecture, platform.variant),
  }
}

function parseWord(text: string, word: string, system: RegExpExecArray | null, host: Platform): Platform {
  const os = normalizeSystem(system?.[1] ?? word)
  if (system && SYSTEMS.has(os)) {
    const architecture = { architecture: host.architecture, ...(host.variant ? { variant: host.variant } : {}) }
    return { ...parseSystem(text, system), ...architecture }
  }
  const architecture = normalizeArchitecture(word)
  if (ARCHITECTURES.has(architecture.architecture)) return { os: host.os, ...withoutDefault(architecture, false) }
  throw unknown(text, word)
}

function parseSystem(text: string, match: RegExpExecArray): Pick<Platform, 'os' | 'os.version' | 'os.features'> {
  const version = unescapeOption(text, match[2] ?? '')
  const features = (match[3] ?? '').split('+').slice(1)
  return {
    os: normalizeSystem(match[1] ?? ''),
    ...(version === '' ? {} : { 'os.version': version }),
    ...(features.length === 0 ? {} : { 'os.features': features.map(feature => unescapeOption(text, feature)) }),
  }
}

/** `arm` means arm/v7 and stays `arm` when the user wrote it so; a variant that was written stays. */
function withoutDefault(found: ReturnType<typeof normalizeArchitecture>, written: boolean): typeof found {
  if (written && found.architecture === 'arm64' && found.variant === undefined) return { ...found, variant: 'v8' }
  return !written && found.architecture === 'arm' && found.variant === 'v7' ? { architecture: 'arm' } : found
}

function normalizeSystem(os: string): string {
  const lower = os.toLowerCase()
  return lower === 'macos' ? 'darwin' : lower
}

function normalizeArchitecture(architecture: string, variant = ''): { architecture: string; variant?: string } {
  const lower = architecture.toLowerCase()
  const [name, implied] = Object.hasOwn(SPELLINGS, lower) ? (SPELLINGS[lower] ?? [lower]) : [lower, undefined]
  const chosen = normalizeVariant(name, implied ?? variant.toLowerCase())
  return chosen === '' ? { architecture: name } : { architecture: name, variant: chosen }
}

/** Variants that have a shorter or fuller name; all others stay as they are (containerd's platforms). */
const VARIANTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  amd64: { v1: '' },
  arm: { '': 'v7', '5': 'v5', '6': 'v6', '7': 'v7', '8': 'v8' },
  arm64: { '8': '', v8: '', 'v8.0': '', '9': 'v9', '9.0': 'v9', 'v9.0': 'v9' },
}

function normalizeVariant(architecture: string, variant: string): string {
  const names = Object.hasOwn(VARIANTS, architecture) ? VARIANTS[architecture] : undefined
  return names !== undefined && Object.hasOwn(names, variant) ? (names[variant] ?? variant) : variant
}

function unescapeOption(text: string, option: string): string {
  try {
    return decodeURIComponent(option)
  } catch {
    throw invalid(text, option)
  }
}

function invalid(text: string, part: string): TareError<OciErrorCode> {
  return new TareError(
    'OCI_INVALID_PLATFORM',
    `parsing platform ${JSON.stringify(text)}: ${JSON.stringify(part)} is an invalid component, expected os/architecture[/variant]`,
    { facts: { platform: text } },
  )
}

function unknown(text: string, word: string): TareError<OciErrorCode> {
  const near = suggest(word, [...SYSTEMS, ...ARCHITECTURES, ...Object.keys(SPELLINGS)])
  return new TareError(
    'OCI_INVALID_PLATFORM',
    `parsing platform ${JSON.stringify(text)}: unknown operating system or architecture`,
    { hint: near === undefined ? undefined : `did you mean ${near}?`, facts: { platform: text } },
  )
}
