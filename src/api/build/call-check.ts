import { checkDockerfile, lintRules } from '../../dockerfile/index.ts'
import type { LintResult } from '../../record/index.ts'
import { checkInput } from '../check-input.ts'
import { planFault } from '../check-plan.ts'
import { callInputs } from './call-inputs.ts'
import type { BuildOptions } from './options.ts'

/** Docker's build checks of what a build would build, as with `docker build --check`; `check` has Tare's own rules as well. */
export async function buildCheck(options: BuildOptions): Promise<LintResult> {
  const { dockerfile, ignore } = await callInputs(options)
  const own = lintRules().filter(({ origin }) => origin === 'tare')
  const result = checkDockerfile(checkInput(dockerfile, ignore, options), { skip: own.map(({ name }) => name) })
  return { ...result, fault: await planFault(dockerfile, options) }
}
