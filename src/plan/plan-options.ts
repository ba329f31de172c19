import type { Platform, ResolvedImage } from '../oci/index.ts'
import type { NamedContexts } from './named-contexts.ts'
import type { SourceSpot } from './plan-error.ts'
import type { RunLimits } from './planned-mount.ts'

export interface PlanOptions {
  /** `--build-arg`, and the values `--build-arg NAME` took from the caller's environment. */
  readonly buildArgs: Readonly<Record<string, string>>
  /** Name or index of a stage; undefined means the last. */
  readonly target?: string | undefined
  readonly platform: Platform
  readonly buildPlatform: Platform
  /** `--build-context`: what stands in for stages and images of these names. */
  readonly contexts?: NamedContexts | undefined
  /** `--label`, over the Dockerfile's own. */
  readonly labels?: Readonly<Record<string, string>> | undefined
  /** `--network`: what RUN without a flag of its own gets. */
  readonly network?: 'default' | 'none' | 'host' | undefined
  /** `--add-host`, `--shm-size`, `--ulimit`. */
  readonly limits?: RunLimits | undefined
  /** `--allow security.insecure`. */
  readonly allowInsecure?: boolean | undefined
}

/**
 * Looks base images up without moving layers; `reference` is as written, variables expanded, or what the named context
 * `context` gives. Rejects as ImageSource.resolve does.
 */
export interface PlanResolver {
  image(reference: string, platform: Platform, at: SourceSpot, context?: string): Promise<ResolvedImage>
}
