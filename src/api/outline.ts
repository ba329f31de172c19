import { listTargets, outlineOf } from '../dockerfile/index.ts'
import type { Outline, TargetList } from '../record/index.ts'
import { callInputs } from './build/call-inputs.ts'
import type { BuildOptions } from './build/options.ts'
import { checkInput } from './check-input.ts'
import { planFault } from './check-plan.ts'

/**
 * What a build can be given: the arguments, secrets and SSH agents that its target and what that is made of ask for.
 * Throws as `build` does before it looks a base image up.
 */
export async function buildOutline(options: BuildOptions): Promise<Outline> {
  const { dockerfile, ignore } = await callInputs(options)
  const fault = await planFault(dockerfile, options)
  if (fault) throw fault
  return outlineOf(checkInput(dockerfile, ignore, options))
}

/** The stages of a build's Dockerfile that can be its target. Throws as reading the Dockerfile does. */
export async function buildTargets(options: BuildOptions): Promise<TargetList> {
  const { dockerfile } = await callInputs(options)
  return { file: dockerfile.file, targets: listTargets(dockerfile) }
}
