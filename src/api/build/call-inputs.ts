import type { Dockerfile, IgnoreMatcher } from '../../dockerfile/index.ts'
import { Workspace } from '../workspace.ts'
import { openAccess } from './access.ts'
import { readIgnore } from './inputs/ignore-file.ts'
import { type LocatedInputs, locateInputs, readInputs } from './inputs/read-inputs.ts'
import { InternalSteps } from './internal-step.ts'
import type { BuildOptions } from './options.ts'

/** What can be asked of a build without building. */
export interface CallInputs {
  readonly dockerfile: Dockerfile
  /** Undefined for a context that is no directory here. */
  readonly ignore: IgnoreMatcher | undefined
}

/** Reads a build's Dockerfile; the store is opened only for what has to be fetched. Throws as reading inputs does. */
export async function callInputs(options: BuildOptions): Promise<CallInputs> {
  const located = locateInputs(options)
  const { context, dockerfile: name, local } = located
  if (!local || context.kind !== 'directory')
    return { dockerfile: await fetchDockerfile(located, options), ignore: undefined }
  const ignore = readIgnore(context.directory, typeof name === 'string' ? name : undefined)
  return { dockerfile: local.dockerfile, ignore }
}

async function fetchDockerfile(located: LocatedInputs, options: BuildOptions): Promise<Dockerfile> {
  await using workspace = await Workspace.open(options)
  const { buildArgs = {}, signal = new AbortController().signal } = options
  const steps = new InternalSteps(() => undefined)
  const access = openAccess(options)
  const { dockerfile } = await readInputs(located, { workspace, access, steps, buildArgs, signal })
  return dockerfile
}
