import { messageOf } from '../base/error.ts'
import type { SourceFile } from '../base/source.ts'
import { suggest } from '../base/suggest.ts'
import { formatPlatform, type Platform, type ResolvedImage } from '../oci/index.ts'
import { fromNames } from './from-names.ts'
import { type NamedContexts, NO_CONTEXTS } from './named-contexts.ts'
import { located, planError, type SourceSpot } from './plan-error.ts'
import type { PlanResolver } from './plan-options.ts'
import { baseImageOf, type ImageName, namesOf, resolveFrom, type StageNode } from './stage-graph.ts'

interface Wanted extends ImageName {
  readonly platform: Platform
  readonly at: SourceSpot
  /** `--from=NAME` where NAME could be a mistyped stage. */
  readonly doubtful: boolean
  readonly stages: readonly string[]
}

/** Images of a plan by reference and platform, each looked up once. */
export class BaseImages {
  readonly #found = new Map<string, ResolvedImage>()
  readonly #resolver: PlanResolver
  readonly #file: SourceFile
  readonly #contexts: NamedContexts

  constructor(resolver: PlanResolver, file: SourceFile, contexts = NO_CONTEXTS) {
    this.#resolver = resolver
    this.#file = file
    this.#contexts = contexts
  }

  get(name: ImageName, platform: Platform): ResolvedImage {
    const image = this.#found.get(keyOf({ ...name, platform }))
    if (!image) throw new Error(`image ${name.reference} was not looked up`)
    return image
  }

  /**
   * Looks up, all at once, what `stages` need and is not known yet; false when that was nothing. A failed `--from` that
   * could be a mistyped stage is reported before anything else that failed: it is the slip that explains the rest.
   */
  async lookUp(stages: readonly StageNode[], all: readonly StageNode[], platform: Platform): Promise<boolean> {
    const wanted = [...new Map(this.#wanted(stages, all, platform).map(each => [keyOf(each), each])).values()]
    const missing = wanted.filter(each => !this.#found.has(keyOf(each)))
    const results = await Promise.allSettled(missing.map(each => this.#one(each)))
    const failed = missing.flatMap((each, i) => {
      const result = results[i]
      return result?.status === 'rejected' ? [{ each, error: result.reason as unknown }] : []
    })
    const first = failed.find(({ each }) => each.doubtful) ?? failed[0]
    if (first) throw first.each.doubtful ? unknownStage(first.each, first.error) : located(first.error, first.each.at)
    return missing.length > 0
  }

  async #one(wanted: Wanted): Promise<void> {
    const { reference, platform, at, context } = wanted
    this.#found.set(keyOf(wanted), await this.#resolver.image(reference, platform, at, context?.name))
  }

  #wanted(stages: readonly StageNode[], all: readonly StageNode[], platform: Platform): Wanted[] {
    return stages.flatMap(node => [...this.#wantedBase(node, platform), ...this.#wantedSources(node, all, platform)])
  }

  #wantedBase(node: StageNode, platform: Platform): Wanted[] {
    const image = baseImageOf(node)
    const at = { file: this.#file, range: node.stage.from.imageRange }
    return image ? [{ ...image, platform: node.platform ?? platform, at, doubtful: false, stages: [] }] : []
  }

  #wantedSources(node: StageNode, all: readonly StageNode[], platform: Platform): Wanted[] {
    const stages = namesOf(all.filter(other => other !== node))
    return node.steps
      .flatMap(step => fromNames(step, this.#file))
      .flatMap(({ name, flag, at }) => {
        const from = resolveFrom({ name, flag, at }, all, this.#contexts)
        if (from.kind !== 'image') return []
        const { reference, context } = from
        const doubtful = !context && stagesNamed(all) && /^[a-z0-9_-]+$/i.test(reference)
        return [{ reference, context, platform, at, doubtful, stages }]
      })
  }
}

/**
 * BuildKit takes a `--from` that names no stage for an image and fails, at best, with "not found" for an image that nobody
 * meant. The rule here: a plain name (no registry, path, tag or digest) that names no stage is looked up as an image, so
 * `--from=busybox` works; when that fails, for whatever reason, and the file has named stages, the error is that no stage
 * has this name. Lookups come before the first step runs or a layer moves, so nothing has happened by then.
 */
function unknownStage(wanted: Wanted, cause: unknown): Error {
  const near = nearestStage(wanted.reference, wanted.stages)
  const hint = near === undefined ? otherStages(wanted.stages) : `did you mean \`${near}\`?`
  const message = `resolving --from=${wanted.reference}: no stage has this name, and as an image: ${messageOf(cause)}`
  const facts = { from: wanted.reference, stages: wanted.stages, suggestion: near }
  return planError('PLAN_UNKNOWN_STAGE', message, wanted.at, { hint, cause, facts })
}

function stagesNamed(all: readonly StageNode[]): boolean {
  return namesOf(all).length > 0
}

function otherStages(stages: readonly string[]): string {
  return stages.length === 0 ? 'there is no other stage that has a name' : `the stages are: ${stages.join(', ')}`
}

/** The nearest by edit distance, else one that holds the name or is held by it, else the only one there is. */
function nearestStage(name: string, stages: readonly string[]): string | undefined {
  const wanted = name.toLowerCase()
  return (
    suggest(wanted, stages) ??
    stages.find(stage => stage.includes(wanted) || wanted.includes(stage)) ??
    (stages.length === 1 ? stages[0] : undefined)
  )
}

function keyOf({ reference, context, platform }: ImageName & { readonly platform: Platform }): string {
  return `${formatPlatform(platform)} ${context ? `context ${context.name}` : reference}`
}
