import type { LintFinding, LintRuleInfo } from '../../record/index.ts'
import type { IgnoreMatcher } from '../ignore/types.ts'
import type { Dockerfile } from '../instructions/types.ts'

/** What rules look at. Pure: whatever comes from outside the file is handed in, and a rule that lacks it says nothing. */
export interface LintInput {
  readonly dockerfile: Dockerfile
  /** `--target`: the stage that becomes the image; the last when undefined. */
  readonly target: string | undefined
  /** Docker's rules look at every stage, as `docker build --check` does, unless a target is given or this is set. */
  readonly onlyReachable?: boolean | undefined
  /** `--build-arg`. */
  readonly buildArgs: ReadonlyMap<string, string>
  /** The context's ignore file; undefined when no context is known. */
  readonly ignore: IgnoreMatcher | undefined
  /** Platforms as `os/architecture[/variant]`: of the image, and of the machine that builds. */
  readonly targetPlatform: string
  readonly buildPlatform: string
  /** What names mean in OCI's terms, which this room does not know. */
  readonly names?: LintNames | undefined
  /** By base image as FROM names it, variables expanded; those not in here are not known. */
  readonly baseImages?: Pick<ReadonlyMap<string, LintBaseImage>, 'get'> | undefined
}

export interface LintNames {
  /** Whether an image reference can be read: `alpine:3.20`, not `Alpine:`. */
  isReference(text: string): boolean
  /** The parts of a platform in their usual spelling, undefined when it is none: `x86_64` is amd64 on this system. */
  parsePlatform(text: string): LintPlatform | undefined
}

export interface LintPlatform {
  readonly os: string
  readonly architecture: string
  readonly variant?: string | undefined
}

/** What a base image's config says that rules care for. */
export interface LintBaseImage {
  /** `os/architecture[/variant]`. */
  readonly platform: string | undefined
  readonly environment: ReadonlyMap<string, string>
  readonly shell: readonly string[] | undefined
  /** ONBUILD expressions. */
  readonly triggers: readonly string[]
}

/** One rule, one file. Findings come in any order. */
export interface LintRule {
  readonly info: LintRuleInfo
  check(input: LintInput): Iterable<RuleFinding>
}

/** A finding as its rule sees it; the engine knows the rule's name and severity. */
export type RuleFinding = Omit<LintFinding, 'rule' | 'severity'>
