import { isTareError, TareError } from '../../base/error.ts'
import { filterProgram } from '../../host/index.ts'
import { type ArchivedImage, openLayoutImage } from '../../image/index.ts'
import {
  type Digest,
  familiarName,
  formatPlatform,
  type Platform,
  parseReference,
  type ResolvedImage,
  withDefaultTag,
} from '../../oci/index.ts'
import type { ImageOp, PlanResolver } from '../../plan/index.ts'
import type { OnTransfer } from '../../progress/index.ts'
import type { Snapshot } from '../../snapshot/index.ts'
import { fetchRemote, unpackStored } from '../images/fetch.ts'
import { keepArchived } from '../images/load.ts'
import { type FoundImage, findImage } from '../images/resolve.ts'
import type { Workspace } from '../workspace.ts'
import type { LayoutAddress, NamedSources } from './inputs/named-sources.ts'
import type { InternalSteps } from './internal-step.ts'

interface BaseImagesOptions {
  readonly workspace: Workspace
  readonly steps: InternalSteps
  /** The named contexts, some of which are images. */
  readonly named: NamedSources
  readonly pull: boolean
  readonly signal: AbortSignal
}

type LayoutImage = Pick<ArchivedImage, 'image' | 'blobs'>

type Found = FoundImage | { readonly from: 'layout'; readonly resolved: ResolvedImage; readonly archived: LayoutImage }

/** The base images of one build: looked up for the plan, pulled and unpacked when a step really needs them. */
export class BaseImages {
  readonly #options: BaseImagesOptions
  readonly #lookups = new Map<string, Promise<Found>>()
  readonly #byId = new Map<Digest, Found>()
  /** What was looked up, as FROM and --from name it. */
  readonly byReference = new Map<string, ResolvedImage>()

  constructor(options: BaseImagesOptions) {
    this.#options = options
  }

  readonly resolver: PlanResolver = {
    image: async (reference, platform, at, context) => {
      try {
        const key = `${context ?? ''} ${reference} ${formatPlatform(platform)}`
        const lookup = this.#lookups.get(key) ?? this.#find(reference, platform, context)
        this.#lookups.set(key, lookup)
        return (await lookup).resolved
      } catch (error) {
        if (!isTareError(error)) throw error
        const { code, message, hint, cause, facts } = error
        throw new TareError(code, message, { hint, cause, facts, at })
      }
    },
  }

  async #find(reference: string, platform: Platform, context: string | undefined): Promise<Found> {
    const { steps, named } = this.#options
    const layout = context === undefined ? undefined : named.get(context)
    const name = familiarName(withDefaultTag(parseReference(reference)))
    const place = context === undefined ? '[internal]' : `[context ${context}]`
    const found = await steps.run(`${place} load metadata for ${name}`, () =>
      layout?.kind === 'layout' ? this.#openLayout(layout, platform) : this.#lookUp(reference, platform),
    )
    this.#byId.set(found.resolved.id, found)
    this.byReference.set(reference, found.resolved)
    return found
  }

  async #lookUp(reference: string, platform: Platform): Promise<FoundImage> {
    const { workspace, pull, signal } = this.#options
    return await findImage(workspace, reference, { platform, pull, signal })
  }

  async #openLayout(layout: LayoutAddress, platform: Platform): Promise<Found> {
    const { workspace, signal } = this.#options
    const archived = await openLayoutImage(layout.path, layout, {
      spoolDirectory: workspace.store.root,
      platform,
      filter: filterProgram,
      signal,
    })
    const { id, config, configBytes, manifest } = archived.image
    const digest = manifest?.descriptor.digest
    const resolved = { reference: `oci-layout@${digest}`, id, digest, platform, config, configBytes, manifest }
    return { from: 'layout', archived, resolved }
  }

  async unpack(op: ImageOp, onTransfer: OnTransfer, signal: AbortSignal): Promise<Snapshot | undefined> {
    const { workspace } = this.#options
    const found = this.#byId.get(op.id) as Found
    return await unpackStored(workspace, await this.#stored(found, onTransfer, signal), onTransfer, signal)
  }

  async #stored(found: Found, onTransfer: OnTransfer, signal: AbortSignal) {
    const { workspace } = this.#options
    if (found.from === 'store') return found.image
    if (found.from === 'registry') return await fetchRemote(workspace, found.remote, onTransfer, signal)
    return await keepArchived(workspace, found.archived, onTransfer, signal)
  }
}
