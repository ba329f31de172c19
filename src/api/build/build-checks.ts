import { checkDockerfile, type Dockerfile, type IgnoreMatcher, lintRules } from '../../dockerfile/index.ts'
import { formatPlatform, type ResolvedImage } from '../../oci/index.ts'
import type { PlanOptions } from '../../plan/index.ts'
import type { LintFinding } from '../../record/index.ts'
import { apiError } from '../errors.ts'
import { LINT_NAMES, lintBaseImage } from '../lint-names.ts'

/**
 * Docker's build checks on the stages that a build reaches, with its base images at hand, as warnings; Tare's own rules
 * are for `tare check`. Throws `BUILD_CHECK_FAILED` where the Dockerfile says `check=error=true`.
 * @param images by reference as FROM names it.
 */
export function buildChecks(
  dockerfile: Dockerfile,
  options: PlanOptions,
  images: ReadonlyMap<string, ResolvedImage>,
  ignore: IgnoreMatcher | undefined,
  warn: (rule: string, message: string) => void,
): void {
  const own = lintRules().filter(rule => rule.origin === 'tare')
  const { findings, failing } = checkDockerfile(
    {
      dockerfile,
      target: options.target,
      onlyReachable: true,
      buildArgs: new Map(Object.entries(options.buildArgs)),
      ignore,
      targetPlatform: formatPlatform(options.platform),
      buildPlatform: formatPlatform(options.buildPlatform),
      names: LINT_NAMES,
      baseImages: new Map([...images].map(([reference, image]) => [reference, lintBaseImage(image)])),
    },
    { skip: own.map(rule => rule.name) },
  )
  for (const { rule, message, range } of findings) warn(rule, range ? `${message} (line ${range.startLine})` : message)
  if (failing) throw checksFailed(dockerfile, findings)
}

function checksFailed({ file }: Dockerfile, findings: readonly LintFinding[]): Error {
  const rules = [...new Set(findings.map(finding => finding.rule))]
  const range = findings.find(finding => finding.range)?.range
  return apiError('BUILD_CHECK_FAILED', `lint violation found for rules: ${rules.join(', ')}`, {
    hint: 'See `tare check` for each of them; the Dockerfile says check=error=true.',
    at: range && { file, range },
    facts: { rules },
  })
}
