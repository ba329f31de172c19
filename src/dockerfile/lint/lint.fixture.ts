import { normalizePlatform, parsePlatform, parseReference } from '../../oci/index.ts'
import type { LintFinding, LintRuleInfo, TextEdit } from '../../record/index.ts'
import { parseIgnore } from '../ignore/parse-ignore.ts'
import { parseDockerfile } from '../instructions/parse-dockerfile.ts'
import { applyFixes } from './apply-fixes.ts'
import { checkDockerfile } from './check-dockerfile.ts'
import type { LintBaseImage, LintInput, LintNames, LintRule } from './rule.ts'

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
      return normalizePlatform(parsePlatform(text, { os: 'linux', architecture: 'amd64' }))
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

/** What one rule finds; an experimental one is asked for. */
export function findingsOf(rule: LintRuleInfo, about: LintCase | string, more: Partial<LintInput> = {}): LintFinding[] {
  const { findings } = checkDockerfile(lintInput(about, more), { experimental: rule.experimental ? [rule.name] : [] })
  return findings.filter(finding => finding.rule === rule.name)
}

/** The same as `line: message`. */
export function messagesOf({ info }: LintRule, about: LintCase | string, more: Partial<LintInput> = {}): string[] {
  return findingsOf(info, about, more).map(({ range, message }) => `${range?.startLine}: ${message}`)
}

/** The text that findings point at, for those that point at a word. */
export function markedBy({ info }: LintRule, text: string): (string | undefined)[] {
  const lines = text.split('\n')
  return findingsOf(info, text).map(({ range }) =>
    range?.startColumn === undefined
      ? undefined
      : lines[range.startLine - 1]?.slice(range.startColumn - 1, (range.endColumn ?? 0) - 1),
  )
}

function succeeds(action: () => unknown): boolean {
  try {
    action()
    return true
  } catch {
    return false
  }
}

/** Carries out what a rule offers, and gives the text; throws when the rule still has something to offer after it. */
export function mended({ info }: LintRule, text: string): string {
  const offered = (of: string): (readonly TextEdit[])[] => findingsOf(info, of).flatMap(({ fix }) => (fix ? [fix] : []))
  const after = applyFixes(text, offered(text)).text
  if (offered(after).length > 0) throw new Error(`${info.name} is not content with ${JSON.stringify(after)}`)
  return after
}

/** What a Dockerfile says, whatever it looks like: no places, no spelling of keywords. */
export function meaningOf(text: string): unknown {
  const { escape: escapeChar, metaArgs, stages } = parseDockerfile(text)
  const placeless = (key: string, value: unknown): unknown => (LOOKS.has(key) ? undefined : value)
  return JSON.parse(JSON.stringify({ escapeChar, metaArgs, stages }, placeless))
}

const LOOKS = new Set(['range', 'imageRange', 'original', 'comments'])
