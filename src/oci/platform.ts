/** image-spec image-index.md#platform; values are normalised GOOS/GOARCH words. */
export interface Platform {
  readonly os: string
  readonly architecture: string
  readonly variant?: string | undefined
  readonly 'os.version'?: string | undefined
  readonly 'os.features'?: readonly string[] | undefined
}

const NODE_ARCHITECTURES: Readonly<Record<string, string>> = {
  x64: 'amd64',
  ia32: '386',
  mipsel: 'mipsle',
  ppc64: 'ppc64le',
}

/** The platform of the containers this machine runs: always Linux, on its own processor. */
export function hostPlatform(nodeArchitecture: string = process.arch, armVersion = hostArmVersion()): Platform {
  const architecture = NODE_ARCHITECTURES[nodeArchitecture] ?? nodeArchitecture
  return architecture === 'arm'
    ? { os: 'linux', architecture, variant: `v${armVersion}` }
    : { os: 'linux', architecture }
}

function hostArmVersion(): string {
  const { variables } = process.config as { readonly variables?: Readonly<Record<string, unknown>> }
  return String(variables?.['arm_version'] ?? '7')
}

/** `linux/amd64`, `linux/arm/v7`: the form of flags, labels and cache keys. Version and features are left out. */
export function formatPlatform(platform: Platform): string {
  return joinPlatform(platform.os, platform)
}

/** As `formatPlatform`, with version and features: `windows(10.0.17763+win32k)/amd64`, `linux(+gpu)/amd64`. */
export function formatPlatformFully(platform: Platform): string {
  const features = (platform['os.features'] ?? []).filter(Boolean).map(escapeOption).sort()
  const options = [escapeOption(platform['os.version'] ?? ''), ...features].join('+')
  return joinPlatform(options === '' ? platform.os : `${platform.os}(${options})`, platform)
}

function joinPlatform(os: string, platform: Platform): string {
  return [os || 'unknown', platform.architecture, platform.variant].filter(Boolean).join('/')
}

function escapeOption(text: string): string {
  return text.replace(/[%+()/]/g, c => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
}
