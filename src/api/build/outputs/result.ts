import { assembleImage, type Solved } from '../../../engine/index.ts'
import { imageConfigBytes } from '../../../image/index.ts'
import type { TreeView } from '../../../layer/index.ts'
import { childChainId, type Digest, digestOf, type ImageConfig, type Platform } from '../../../oci/index.ts'
import type { BuildPlan } from '../../../plan/index.ts'
import type { ImageLayer } from '../../../store/index.ts'
import type { Workspace } from '../../workspace.ts'
import type { InternalSteps } from '../internal-step.ts'

/** What the steps of a build came to, before anything is made of it. All layers are at hand. */
export interface BuildResult {
  /** The image ID: digest of the config. */
  readonly id: Digest
  readonly config: ImageConfig
  readonly configBytes: Uint8Array
  readonly layers: readonly ImageLayer[]
  /** How many of the layers are the base image's. */
  readonly baseLayers: number
  readonly platform: Platform
  /** SOURCE_DATE_EPOCH in seconds. */
  readonly epoch: number | undefined
  /** The final file system. */
  readonly tree: TreeView
}

/** What outputs work with. */
export interface OutputContext {
  readonly workspace: Workspace
  readonly steps: InternalSteps
  readonly signal: AbortSignal
  readonly warn: (code: string, message: string) => void
}

/** Puts the image together. A base that no step needed is pulled and unpacked now. */
export async function buildResult(
  workspace: Workspace,
  plan: BuildPlan,
  solved: Solved,
  epoch: number | undefined,
): Promise<BuildResult> {
  const top = plan.target === undefined ? undefined : await solved.get(plan.target)?.snapshot()
  const { config, layers } = assembleImage(plan, solved, { epoch, now: Date.now() })
  const configBytes = imageConfigBytes(config)
  return {
    id: digestOf(configBytes),
    config,
    configBytes,
    layers: imageLayers(
      workspace,
      layers.map(layer => layer.diffId),
    ),
    baseLayers: plan.base?.config.rootfs.diff_ids.length ?? 0,
    platform: plan.platform,
    epoch,
    tree: workspace.snapshotter.view(top?.id),
  }
}

/** Every layer of a built image is a snapshot, which knows the length of its tar. */
function imageLayers(workspace: Workspace, diffIds: readonly Digest[]): ImageLayer[] {
  let chainId: Digest | undefined
  return diffIds.map(diffId => {
    chainId = childChainId(chainId, diffId)
    return { diffId, chainId, uncompressedBytes: workspace.snapshotter.find(chainId)?.uncompressedBytes }
  })
}
