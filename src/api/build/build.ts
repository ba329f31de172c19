import { assembleImage, defaultJobs, type EngineEnvironment, solve, weighStages } from '../../engine/index.ts'
import { filterProgram } from '../../host/index.ts'
import { imageConfigBytes } from '../../image/index.ts'
import { childChainId, type Digest, formatPlatform, hostPlatform, parsePlatform } from '../../oci/index.ts'
import { type BuildPlan, planBuild } from '../../plan/index.ts'
import type { BuiltImage, ProgressSink } from '../../progress/index.ts'
import type { ImageLayer } from '../../store/index.ts'
import { apiError } from '../errors.ts'
import { Workspace } from '../workspace.ts'
import { BaseImages } from './base-images.ts'
import { resolveRepository } from './clone.ts'
import { downloadUnlessKnown } from './download.ts'
import { epochOf } from './epoch.ts'
import { EventQueue } from './event-queue.ts'
import { type BuildInputs, locateInputs, readInputs } from './inputs/read-inputs.ts'
import { InternalSteps } from './internal-step.ts'
import type { Build, BuildOptions } from './options.ts'
import { checkOutputs } from './outputs/check-outputs.ts'
import { exportResult } from './outputs/export-result.ts'
import type { BuildResult } from './outputs/result.ts'

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
  const { signal } = checked
  const inputs = await readInputs(located, { workspace, steps, buildArgs: checked.plan.buildArgs, signal })
  const images = new BaseImages({ workspace, steps, named: located.named, pull: options.pull ?? false, signal })
  const plan = await planBuild(inputs.dockerfile, { ...checked.plan, contexts: inputs.named }, images.resolver)
  for (const { code, message } of plan.warnings) sink({ type: 'warning', code, message })
  await workspace.reap()
  const built = await solveAndStore(workspace, inputs, plan, images, steps, checked, sink)
  if (options.push) await pushAll(workspace, built.image, checked.names, steps, checked.signal)
  sink({ type: 'image', image: built.summary })
  return built.summary
}

/** Docker's wording for a name that cannot be one. */
function checkedName(tag: string): string {
  try {
    return fullName(tag)
  } catch (error) {
    throw apiError('BUILD_INVALID_OPTION', `invalid tag ${JSON.stringify(tag)}: ${messageOf(error)}`, { cause: error })
  }
}

type CheckedOptions = ReturnType<typeof checkOptions>

/** Everything wrong with the options is said before anything is read or made. */
function checkOptions(options: BuildOptions) {
  const buildArgs = options.buildArgs ?? {}
  if (options.push && !options.tags?.length)
    throw apiError('BUILD_INVALID_OPTION', 'a tag is needed to push: name the image with -t')
  if (options.jobs !== undefined && !(Number.isInteger(options.jobs) && options.jobs > 0))
    throw apiError(
      'BUILD_INVALID_OPTION',
      `invalid number of jobs: expected a whole number above 0, got ${options.jobs}`,
    )
  const epoch = epochOf(buildArgs, options.env ?? process.env)
  const buildPlatform = hostPlatform()
  return {
    names: (options.tags ?? []).map(checkedName),
    epoch,
    jobs: options.jobs ?? defaultJobs(),
    noCache: options.noCache ?? false,
    signal: options.signal ?? new AbortController().signal,
    plan: {
      buildArgs: epoch === undefined ? buildArgs : { ...buildArgs, SOURCE_DATE_EPOCH: String(epoch) },
      target: options.target,
      labels: options.labels,
      network: options.network,
      buildPlatform,
      platform: options.platform === undefined ? buildPlatform : parsePlatform(options.platform),
    },
  }
}

async function solveAndStore(
  workspace: Workspace,
  inputs: BuildInputs,
  plan: BuildPlan,
  images: BaseImages,
  steps: InternalSteps,
  checked: CheckedOptions,
  sink: ProgressSink,
): Promise<{ readonly image: StoredImage; readonly summary: BuiltImage }> {
  const environment = engineEnvironment(workspace, inputs, images)
  const firstVertexId = steps.reserve(plan.vertices.length)
  const solved = await solve(plan, environment, {
    file: inputs.dockerfile.file,
    jobs: checked.jobs,
    noCache: checked.noCache,
    epoch: checked.epoch,
    onProgress: sink,
    signal: checked.signal,
    firstVertexId,
  })
  const assembled = assembleImage(plan, solved, { epoch: checked.epoch, now: Date.now() })
  const sizes = knownSizes(
    workspace,
    assembled.layers.map(layer => layer.diffId),
  )
  const image = await workspace.store.images.record({
    configBytes: imageConfigBytes(assembled.config),
    names: checked.names,
    uncompressedBytes: sizes,
  })
  const total = (layers: readonly { readonly diffId: Digest }[]): number =>
    layers.reduce((sum, layer) => sum + (sizes.get(layer.diffId) ?? 0), 0)
  return {
    image: workspace.store.images.get(image.id) ?? image,
    summary: {
      id: image.id,
      platform: formatPlatform(plan.platform),
      names: checked.names,
      layers: assembled.layers.length,
      uncompressedBytes: total(assembled.layers),
      stages: weighStages(plan, solved, layers => total(layers)),
    },
  }
}

/** Layer tar lengths by diff ID: every layer of a built image is a snapshot. */
function knownSizes(workspace: Workspace, diffIds: readonly Digest[]): Map<Digest, number> {
  const sizes = new Map<Digest, number>()
  let chainId: Digest | undefined
  for (const diffId of diffIds) {
    chainId = childChainId(chainId, diffId)
    const snapshot = workspace.snapshotter.find(chainId)
    if (snapshot) sizes.set(snapshot.diffId, snapshot.uncompressedBytes)
  }
  return sizes
}

function engineEnvironment(workspace: Workspace, inputs: BuildInputs, images: BaseImages): EngineEnvironment {
  let scratch: string | undefined
  return {
    snapshotter: workspace.snapshotter,
    cache: workspace.cache,
    fileDigests: workspace.store.fileDigests,
    sandbox: () => workspace.sandbox(),
    unpackImage: (op, onTransfer, signal) => images.unpack(op, onTransfer, signal),
    contexts: inputs.contexts,
    fetchUrl: (op, known, signal) => downloadUnlessKnown(workspace, op, known, signal),
    resolveGit: (op, signal) => resolveRepository(workspace, op, signal),
    hold: snapshot => workspace.store.lease().hold('snapshot', snapshot.id),
    filter: filterProgram,
    get scratch() {
      scratch ??= workspace.scratchDirectory()
      return scratch
    },
  }
}

async function pushAll(
  workspace: Workspace,
  image: StoredImage,
  names: readonly string[],
  steps: InternalSteps,
  signal: AbortSignal,
): Promise<void> {
  for (const name of names) {
    await steps.run(`pushing ${name}`, transfer => pushStored(workspace, image, name, transfer, signal))
  }
}
