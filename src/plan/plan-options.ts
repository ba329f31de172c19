import type { Platform, ResolvedImage } from '../oci/index.ts'
import type { SourceSpot } from './plan-error.ts'

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

/** Looks base images up without moving layers; `reference` is as written, variables expanded. Rejects as ImageSource.resolve does. */
export interface PlanResolver {
  image(reference: string, platform: Platform, at: SourceSpot): Promise<ResolvedImage>
}
