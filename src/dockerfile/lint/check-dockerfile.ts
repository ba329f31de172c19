import { TareError } from '../../base/error.ts'
import { suggest } from '../../base/suggest.ts'
import { compareText } from '../../base/text.ts'
import type { LintFinding, LintResult } from '../../record/index.ts'
import { type DockerfileErrorCode, inMessage } from '../error.ts'
import { ALL_RULES, lintRules } from './all-rules.ts'
import { allows, type CheckOptions, commentOptions, NO_OPTIONS, parseCheckOptions } from './check-options.ts'
import type { LintInput, LintRule } from './rule.ts'
import { writtenInstructions } from './written-instructions.ts'

/** What the caller asks for, on top of what the Dockerfile says. */
export interface CheckRequest {
  /** Names of rules, or `all`. */
  readonly skip?: readonly string[] | undefined
  readonly experimental?: readonly string[] | undefined
  /** Findings make the build fail. */
  readonly error?: boolean | undefined
}

const CHECK_ARGUMENT = 'BUILDKIT_DOCKERFILE_CHECK'

/**
 * What all rules have to say about a Dockerfile. The build argument BUILDKIT_DOCKERFILE_CHECK takes the place of the
 * file's `check=` directive, as in BuildKit; `request` adds to either.
 * Throws TareError<'lint-options'> for options that cannot be read, and for names in `request` that no rule has.
 */
export function checkDockerfile(input: LintInput, request: CheckRequest = {}): LintResult {
  const written = writtenOptions(input)
  const options = [written, requestedOptions(request)]
  const comments = optionsByLine(input)
  const inComments = [...new Set(comments.values())]
  const rules = ALL_RULES.filter(({ info }) => allows(info, options) || (info.experimental && allows(info, inComments)))
  const findings = rules.flatMap(rule => findingsOf(rule, input, options, comments)).sort(byPlace)
  return {
    version: 1,
    file: input.dockerfile.file,
    findings,
    rules: rules.map(rule => rule.info),
    failing: options.some(each => each.error) && findings.length > 0,
    unknownRules: unknownNames(written),
  }
}

function writtenOptions({ buildArgs, dockerfile }: LintInput): CheckOptions {
  const given = buildArgs.get(CHECK_ARGUMENT)
  if (given !== undefined) return parseCheckOptions(given)
  const { check, file } = dockerfile
  return check ? parseCheckOptions(check.value, { file, range: check.range }) : NO_OPTIONS
}

function requestedOptions({ skip = [], experimental = [], error = false }: CheckRequest): CheckOptions {
  const options = { skip: namesIn(skip), experimental: namesIn(experimental), error }
  const [unknown] = unknownNames(options)
  if (unknown === undefined) return options
  const near = suggest(
    unknown,
    lintRules().map(rule => rule.name),
  )
  const hint = near === undefined ? 'the rules are listed in docs/rules' : `did you mean ${near}?`
  const message = `reading check options: no rule is called ${JSON.stringify(inMessage(unknown))}`
  throw new TareError<DockerfileErrorCode>('lint-options', message, { hint })
}

function namesIn(names: readonly string[]): ReadonlySet<string> | 'all' {
  return names.includes('all') ? 'all' : new Set(names)
}

function unknownNames({ skip, experimental }: CheckOptions): string[] {
  const known = new Set(ALL_RULES.map(rule => rule.info.name))
  const names = [skip, experimental].flatMap(each => (each === 'all' ? [] : [...each]))
  return names.filter(name => name !== '' && !known.has(name))
}

/** Options in the comments before an instruction, by the instruction's every line. */
function optionsByLine(input: LintInput): Map<number, CheckOptions> {
  const found = new Map<number, CheckOptions>()
  for (const { instruction } of writtenInstructions(input)) {
    const options = commentOptions(instruction.comments ?? [])
    if (!options) continue
    for (let line = instruction.range.startLine; line <= instruction.range.endLine; line++) found.set(line, options)
  }
  return found
}

function findingsOf(
  { info, check }: LintRule,
  input: LintInput,
  options: readonly CheckOptions[],
  comments: ReadonlyMap<number, CheckOptions>,
): LintFinding[] {
  const { name: rule, severity } = info
  const found: LintFinding[] = []
  for (const finding of check(input)) {
    const here = comments.get(finding.range?.startLine ?? 0)
    if (allows(info, here ? [...options, here] : options)) found.push({ rule, severity, ...finding })
  }
  return found
}

/** What stands on no line comes last. */
function byPlace(a: LintFinding, b: LintFinding): number {
  const lines = (a.range?.startLine ?? Number.MAX_SAFE_INTEGER) - (b.range?.startLine ?? Number.MAX_SAFE_INTEGER)
  return lines || compareText(a.rule, b.rule) || (a.range?.startColumn ?? 0) - (b.range?.startColumn ?? 0)
}
