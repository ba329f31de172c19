import { type ArgInstruction, type Dockerfile, expandWord } from '../dockerfile/index.ts'
import { formatPlatform, type Platform } from '../oci/index.ts'
import { locate } from './plan-error.ts'

/** What FROM lines may refer to, and what a bare `ARG NAME` in a stage takes its value from. */
export interface GlobalScope {
  readonly values: ReadonlyMap<string, string>
  /** Every name declared before the first FROM, for suggestions and for unused build arguments. */
  readonly declared: ReadonlySet<string>
}

const PROXY_NAMES = ['HTTP_PROXY', 'HTTPS_PROXY', 'FTP_PROXY', 'NO_PROXY', 'ALL_PROXY']

/** Platform arguments first, then the ARGs before the first FROM, each seeing those above it. `--build-arg` wins over both. */
export function globalScope(
  dockerfile: Dockerfile,
  buildArgs: ReadonlyMap<string, string>,
  platform: Platform,
  buildPlatform: Platform,
  targetStage: string,
): GlobalScope {
  const values = new Map<string, string>()
  const predefined = [
    ...platformArguments('BUILD', buildPlatform),
    ...platformArguments('TARGET', platform),
    ['TARGETSTAGE', targetStage] as const,
  ]
  for (const [name, value] of predefined) values.set(name, buildArgs.get(name) ?? value)
  const declared = new Set<string>()
  for (const instruction of dockerfile.metaArgs) declareGlobal(dockerfile, instruction, buildArgs, values, declared)
  return { values, declared }
}

function declareGlobal(
  dockerfile: Dockerfile,
  instruction: ArgInstruction,
  buildArgs: ReadonlyMap<string, string>,
  values: Map<string, string>,
  declared: Set<string>,
): void {
  for (const { key, value } of instruction.args) {
    declared.add(key)
    const given = buildArgs.get(key)
    if (given !== undefined) values.set(key, given)
    else if (value !== undefined) {
      const at = { file: dockerfile.file, range: instruction.range }
      const options = { escape: dockerfile.escape }
      values.set(key, locate(at, () => expandWord(value, name => values.get(name), options)).value)
    }
  }
}

function platformArguments(prefix: string, platform: Platform): (readonly [string, string])[] {
  return [
    [`${prefix}PLATFORM`, formatPlatform(platform)],
    [`${prefix}OS`, platform.os],
    [`${prefix}OSVERSION`, platform['os.version'] ?? ''],
    [`${prefix}ARCH`, platform.architecture],
    [`${prefix}VARIANT`, platform.variant ?? ''],
  ]
}

/** `NAME=value` in both spellings for each proxy argument that was given, in whatever case. */
export function proxyEnvironment(buildArgs: ReadonlyMap<string, string>): string[] {
  const found = new Map<string, string>()
  for (const [name, value] of buildArgs) if (isProxyArgument(name)) found.set(name.toUpperCase(), value)
  return PROXY_NAMES.flatMap(name => {
    const value = found.get(name)
    return value === undefined ? [] : [`${name}=${value}`, `${name.toLowerCase()}=${value}`]
  })
}

function isProxyArgument(name: string): boolean {
  return PROXY_NAMES.includes(name.toUpperCase())
}

/** Build arguments that mean something without being declared anywhere. */
export function isPredefinedArgument(name: string, scope: GlobalScope): boolean {
  return isProxyArgument(name) || scope.values.has(name) || name.startsWith('BUILDKIT_') || name === 'SOURCE_DATE_EPOCH'
}
