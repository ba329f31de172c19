import { dirname } from 'node:path'
import { checkDockerfile, lintRules, parseDockerfile } from '../dockerfile/index.ts'
import type { LintResult, LintRuleInfo } from '../record/index.ts'
import { readIgnore } from './build/inputs/ignore-file.ts'
import { type CheckedBuild, checkInput } from './check-input.ts'
import { planFault } from './check-plan.ts'
import { type DockerfileSource, readSource } from './check-source.ts'

/** What `tare check` takes. */
export interface CheckOptions extends CheckedBuild {
  /** A Dockerfile's path, a directory with one in it, or its bytes; `.` when not given. */
  readonly dockerfile?: string | Uint8Array | DockerfileSource | undefined
  /** The build context, for its ignore file; the Dockerfile's own directory when not given. */
  readonly context?: string | undefined
  /** Rules to leave out, or `all`, beside those that the file itself leaves out. */
  readonly skip?: readonly string[] | undefined
  /** Experimental rules to have as well, or `all`. */
  readonly experimental?: readonly string[] | undefined
  /** Findings count as failure: `check=error=true` for this call. */
  readonly error?: boolean | undefined
}

/**
 * Checks a Dockerfile without building or looking anything up; what a build would stop with is the result's `fault`.
 * Throws TareErrors: `BUILD_NO_DOCKERFILE`, `lint-options` for rules that nobody knows, and what parsing refuses.
 */
export async function check(options: CheckOptions = {}): Promise<LintResult> {
  const { bytes, name, path } = readSource(options.dockerfile ?? '.')
  const context = options.context ?? (path === undefined ? undefined : dirname(path))
  const ignore = context === undefined ? undefined : readIgnore(context, path)
  const dockerfile = parseDockerfile(bytes, name)
  const result = checkDockerfile(checkInput(dockerfile, ignore, options), options)
  return { ...result, fault: await planFault(dockerfile, options) }
}

/** Every rule there is: Docker's build checks, then Tare's own. */
export function checkRules(): LintRuleInfo[] {
  return lintRules()
}
