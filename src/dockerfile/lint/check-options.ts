import { TareError } from '../../base/error.ts'
import type { LintRuleInfo } from '../../record/index.ts'
import type { DockerfileErrorCode, Place } from '../error.ts'

/** What `check=` or BUILDKIT_DOCKERFILE_CHECK asks for. */
export interface CheckOptions {
  readonly skip: ReadonlySet<string> | 'all'
  readonly experimental: ReadonlySet<string> | 'all'
  /** Findings make the build fail. */
  readonly error: boolean
}

export const NO_OPTIONS: CheckOptions = { skip: new Set(), experimental: new Set(), error: false }

/** Go's strconv.ParseBool. */
const TRUTHS = new Map([
  ...['1', 't', 'T', 'TRUE', 'true', 'True'].map(word => [word, true] as const),
  ...['0', 'f', 'F', 'FALSE', 'false', 'False'].map(word => [word, false] as const),
])
const MAX_OPTIONS = 3
const HINT = 'the options are skip=RULE,..., experimental=RULE,... and error=true, with semicolons between them'

/**
 * `skip=A,B;error=true;experimental=all`, read as BuildKit reads it: at most three options (what follows belongs to the
 * third), and names that no rule has are taken as they are. Throws TareError<'lint-options'>.
 */
export function parseCheckOptions(text: string, at?: Place): CheckOptions {
  const trimmed = text.trim()
  if (trimmed === '') return NO_OPTIONS
  const parts = trimmed.split(';')
  const options = [...parts.slice(0, MAX_OPTIONS - 1), parts.slice(MAX_OPTIONS - 1).join(';')].slice(0, parts.length)
  return options.reduce((read, part) => withOption(read, part, at), NO_OPTIONS)
}

function withOption(options: CheckOptions, part: string, at: Place | undefined): CheckOptions {
  const equals = part.indexOf('=')
  const name = part.slice(0, Math.max(0, equals)).trim()
  const value = part.slice(equals + 1).trim()
  switch (name) {
    case 'skip':
    case 'experimental':
      return { ...options, [name]: options[name] === 'all' ? 'all' : namesIn(value) }
    case 'error': {
      const error = TRUTHS.get(value)
      if (error === undefined) throw refuse(`expected error=true or error=false, got error=${value}`, at)
      return { ...options, error }
    }
    default:
      throw refuse(`unknown check option ${JSON.stringify(equals < 0 ? part.trim() : name)}`, at)
  }
}

function namesIn(value: string): ReadonlySet<string> | 'all' {
  return value === 'all' ? 'all' : new Set(value.split(',').map(name => name.trim()))
}

function refuse(cause: string, at: Place | undefined): Error {
  return new TareError<DockerfileErrorCode>('lint-options', `reading check options: ${cause}`, { at, hint: HINT })
}

/** The options in the comment lines right before an instruction, `# check=skip=RULE`; they count for it alone. */
export function commentOptions(comments: readonly string[]): CheckOptions | undefined {
  for (const comment of comments) {
    const found = /^check\s*=\s*(\S+)/i.exec(comment)?.[1]
    const options = found === undefined ? undefined : readOrNothing(found)
    if (options) return options
  }
  return undefined
}

/** A comment that does not read as options is a comment. */
function readOrNothing(text: string): CheckOptions | undefined {
  try {
    return parseCheckOptions(text)
  } catch {
    return undefined
  }
}

/**
 * Whether a rule has a say under options that all count. As in BuildKit, an experimental rule is off until it is asked
 * for, and `skip` is for the others.
 */
export function allows(rule: LintRuleInfo, all: readonly CheckOptions[]): boolean {
  if (rule.experimental) return all.some(({ experimental }) => experimental === 'all' || experimental.has(rule.name))
  return !all.some(({ skip }) => skip === 'all' || skip.has(rule.name))
}
