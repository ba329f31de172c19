import { parsePlatform, parseReference } from '../../oci/index.ts'
import type { LintFinding, LintRuleInfo } from '../../record/index.ts'
import { parseIgnore } from '../ignore/parse-ignore.ts'
import { parseDockerfile } from '../instructions/parse-dockerfile.ts'
import { parseAst } from '../syntax/parse-ast.ts'
import { checkDockerfile } from './check-dockerfile.ts'
import type { LintBaseImage, LintInput, LintNames } from './rule.ts'

/** What a test says of its Dockerfile; the platform is linux/amd64, and base images have nothing but PATH. */
export interface LintCase {
  readonly dockerfile: string
  readonly dockerignore?: string | null | undefined
  readonly target?: string | undefined
  readonly buildArgs?: Readonly<Record<string, string>> | undefined
  readonly platform?: string | undefined
}

export const LINT_NAMES: LintNames = {
  isReference: text => succeeds(() => parseReference(text)),
  parsePlatform: text => {
    try {
      return parsePlatform(text, { os: 'linux', architecture: 'amd64' })
    } catch {
      return undefined
    }
  },
}

const BARE: LintBaseImage = { platform: 'linux/amd64', environment: new Map(), shell: undefined, triggers: [] }

/** Every image is known. */
const EVERY_IMAGE = new Map<string, LintBaseImage>()
EVERY_IMAGE.get = () => BARE

export function lintInput(about: LintCase | string, more: Partial<LintInput> = {}): LintInput {
  const given = typeof about === 'string' ? { dockerfile: about } : about
  const { dockerfile, dockerignore, target, buildArgs = {}, platform = 'linux/amd64' } = given
  return {
    dockerfile: parseDockerfile(dockerfile),
    ast: parseAst(dockerfile, 'Dockerfile'),
    target,
    buildArgs: new Map(Object.entries(buildArgs)),
    ignore: typeof dockerignore === 'string' ? parseIgnore(dockerignore) : undefined,
    targetPlatform: platform,
    buildPlatform: 'linux/amd64',
    names: LINT_NAMES,
    baseImages: EVERY_IMAGE,
    ...more,
  }
}

/** What one rule finds, whatever `check=` says of others. */
export function findingsOf(rule: LintRuleInfo, about: LintCase | string, more: Partial<LintInput> = {}): LintFinding[] {
  const { findings } = checkDockerfile(lintInput(about, more), { experimental: rule.experimental ? [rule.name] : [] })
  return findings.filter(finding => finding.rule === rule.name)
}

/** The same as `line: message`. */
export function messagesOf(rule: LintRuleInfo, about: LintCase | string, more: Partial<LintInput> = {}): string[] {
  return findingsOf(rule, about, more).map(({ range, message }) => `${range?.startLine}: ${message}`)
}

function succeeds(action: () => unknown): boolean {
  try {
    action()
    return true
  } catch {
    return false
  }
}
