import { defaultJobs, type EngineEnvironment, type Solved, solve } from '../../engine/index.ts'
import { filterProgram } from '../../host/index.ts'
import { hostPlatform, parsePlatform } from '../../oci/index.ts'
import { type BuildPlan, planBuild } from '../../plan/index.ts'
import type { BuiltImage, ProgressSink } from '../../progress/index.ts'
import { apiError } from '../errors.ts'
import { Workspace } from '../workspace.ts'
import { openAccess } from './access.ts'
import { BaseImages } from './base-images.ts'
import { buildChecks } from './build-checks.ts'
import { resolveRepository } from './clone.ts'
import { downloadUnlessKnown } from './download.ts'
import { epochOf } from './epoch.ts'
import { EventQueue } from './event-queue.ts'
import { type BuildInputs, locateInputs, readInputs } from './inputs/read-inputs.ts'
import { InternalSteps } from './internal-step.ts'
import { verticesOfStages } from './no-cache-stages.ts'
import type { Build, BuildOptions } from './options.ts'
import { checkOutputs } from './outputs/check-outputs.ts'
import { exportResult } from './outputs/export-result.ts'
import { buildResult } from './outputs/result.ts'
import { summarise } from './outputs/summary.ts'

/** Builds an image from a Dockerfile. Starts at once; see `Build`. */
export function build(options: BuildOptions): Build {
  const queue = new EventQueue()
  const result = runBuild(options, queue.push).finally(() => queue.end())
  // Whoever only iterates must not be ended by an unhandled rejection; `result` still rejects for whoever awaits it.
  result.catch(() => undefined)
  return { result, [Symbol.asyncIterator]: () => queue[Symbol.asyncIterator]() }
}

async function runBuild(options: BuildOptions, sink: ProgressSink): Promise<BuiltImage> {
  const checked = checkOptions(options)
  const located = locateInputs(options)
  await using workspace = await Workspace.open(options)
  workspace.assertCanMakeRoots()
  const steps = new InternalSteps(sink)
  const { signal, access } = checked
  const inputs = await readInputs(located, { workspace, access, steps, buildArgs: checked.plan.buildArgs, signal })
  const images = new BaseImages({ workspace, steps, named: located.named, pull: options.pull ?? false, signal })
  const plan = await planBuild(inputs.dockerfile, { ...checked.plan, contexts: inputs.named }, images.resolver)
  const warn = (code: string, message: string): void => sink({ type: 'warning', code, message })
  for (const { code, message } of plan.warnings) warn(code, message)
  buildChecks(inputs.dockerfile, checked.plan, images.byReference, located.local?.context.ignore, warn)
  await workspace.reap()
  const solved = await solvePlan(workspace, inputs, plan, images, steps, checked, sink)
  const result = await buildResult(workspace, plan, solved, checked.epoch)
  const outputs = await exportResult(result, checked.outputs, { workspace, steps, signal: checked.signal, warn })
  const image = summarise(plan, solved, result, checked.outputs, outputs)
  sink({ type: 'image', image })
  return image
}

type CheckedOptions = ReturnType<typeof checkOptions>

/** Everything wrong with the options is said before anything is read or made. */
function checkOptions(options: BuildOptions) {
  const buildArgs = options.buildArgs ?? {}
  if (options.jobs !== undefined && !(Number.isInteger(options.jobs) && options.jobs > 0))
    throw apiError(
      'BUILD_INVALID_OPTION',
      `invalid number of jobs: expected a whole number above 0, got ${options.jobs}`,
    )
  const epoch = epochOf(buildArgs, options.env ?? process.env)
  const buildPlatform = hostPlatform()
  const platform = options.platform === undefined ? buildPlatform : parsePlatform(options.platform)
  return {
    outputs: checkOutputs(options, { platform, epoch }),
    epoch,
    jobs: options.jobs ?? defaultJobs(),
    noCache: options.noCache ?? false,
    noCacheStages: options.noCacheStages ?? [],
    signal: options.signal ?? new AbortController().signal,
    access: openAccess(options),
    plan: {
      buildArgs: epoch === undefined ? buildArgs : { ...buildArgs, SOURCE_DATE_EPOCH: String(epoch) },
      target: options.target,
      labels: options.labels,
      network: options.network,
      limits: { hosts: options.addHosts, shmBytes: options.shmBytes, ulimits: options.ulimits },
      allowInsecure: options.allow?.includes('security.insecure') ?? false,
      buildPlatform,
      platform,
    },
  }
}

async function solvePlan(
  workspace: Workspace,
  inputs: BuildInputs,
  plan: BuildPlan,
  images: BaseImages,
  steps: InternalSteps,
  checked: CheckedOptions,
  sink: ProgressSink,
): Promise<Solved> {
  const environment = engineEnvironment(workspace, inputs, images, checked)
  const firstVertexId = steps.reserve(plan.vertices.length)
  return await solve(plan, environment, {
    file: inputs.dockerfile.file,
    jobs: checked.jobs,
    noCache: checked.noCache,
    noCacheVertices: verticesOfStages(checked.noCacheStages, plan, inputs.dockerfile),
    epoch: checked.epoch,
    onProgress: sink,
    signal: checked.signal,
    firstVertexId,
  })
}

function engineEnvironment(
  workspace: Workspace,
  inputs: BuildInputs,
  images: BaseImages,
  { access }: CheckedOptions,
): EngineEnvironment {
  let scratch: string | undefined
  return {
    snapshotter: workspace.snapshotter,
    cache: workspace.cache,
    fileDigests: workspace.store.fileDigests,
    sandbox: () => workspace.sandbox(),
    unpackImage: (op, onTransfer, signal) => images.unpack(op, onTransfer, signal),
    contexts: inputs.contexts,
    fetchUrl: (op, known, signal) => downloadUnlessKnown(workspace, op, known, signal, access.env),
    resolveGit: (op, signal) => resolveRepository(workspace, op, access, signal),
    hold: snapshot => workspace.store.lease().hold('snapshot', snapshot.id),
    cacheMounts: workspace.store.cacheMounts,
    secret: access.secret,
    sshAgent: access.sshAgent,
    filter: filterProgram,
    get scratch() {
      scratch ??= workspace.scratchDirectory()
      return scratch
    },
  }
}
