import { TareError } from '../base/error.ts'
import type { SourceFile, SourceRange } from '../base/source.ts'
import type { Dockerfile } from '../dockerfile/index.ts'
import type { Platform, ResolvedImage } from '../oci/index.ts'
import type { BuildPlan } from './graph.ts'

export type PlanErrorCode =
  | 'PLAN_INVALID'
  | 'PLAN_UNKNOWN_STAGE'
  | 'PLAN_UNKNOWN_TARGET'
  | 'PLAN_CIRCULAR_STAGES'
  | 'PLAN_NOT_SUPPORTED'

export interface PlanOptions {
  /** `--build-arg`, and the values `--build-arg NAME` took from the caller's environment. */
  readonly buildArgs: Readonly<Record<string, string>>
  /** Name or index of a stage; undefined means the last. */
  readonly target?: string | undefined
  readonly platform: Platform
  readonly buildPlatform: Platform
  /** `--label`, over the Dockerfile's own. */
  readonly labels?: Readonly<Record<string, string>> | undefined
  /** `--network`: what RUN without a flag of its own gets. */
  readonly network?: 'default' | 'none' | 'host' | undefined
}

/** Where a reference stands, for the resolver's errors. */
export interface SourceSpot {
  readonly file: SourceFile
  readonly range: SourceRange
}

/** Looks base images up without moving layers; `reference` is as written, variables expanded. Rejects as ImageSource.resolve does. */
export interface PlanResolver {
  image(reference: string, platform: Platform, at: SourceSpot): Promise<ResolvedImage>
}

/** Placeholder until the walk lands. */
export async function planBuild(
  _dockerfile: Dockerfile,
  _options: PlanOptions,
  _resolver: PlanResolver,
): Promise<BuildPlan> {
  throw new TareError<PlanErrorCode>('PLAN_NOT_SUPPORTED', 'planning the build: not there yet')
}
