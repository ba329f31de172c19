import { isTareError, TareError } from '../../base/error.ts'
import { type Digest, familiarName, formatPlatform, parseReference, withDefaultTag } from '../../oci/index.ts'
import type { ImageOp, PlanResolver } from '../../plan/index.ts'
import type { OnTransfer } from '../../progress/index.ts'
import type { Snapshot } from '../../snapshot/index.ts'
import { fetchRemote, unpackStored } from '../images/fetch.ts'
import { type FoundImage, findImage } from '../images/resolve.ts'
import type { Workspace } from '../workspace.ts'
import type { InternalSteps } from './internal-step.ts'

/** The base images of one build: looked up for the plan, pulled and unpacked when a step really needs them. */
export class BaseImages {
  readonly #workspace: Workspace
  readonly #pull: boolean
  readonly #steps: InternalSteps
  readonly #signal: AbortSignal
  readonly #lookups = new Map<string, Promise<FoundImage>>()
  readonly #byId = new Map<Digest, FoundImage>()

  constructor(workspace: Workspace, steps: InternalSteps, pull: boolean, signal: AbortSignal) {
    this.#workspace = workspace
    this.#steps = steps
    this.#pull = pull
    this.#signal = signal
  }

  readonly resolver: PlanResolver = {
    image: async (reference, platform, at) => {
      try {
        const key = `${reference} ${formatPlatform(platform)}`
        const lookup = this.#lookups.get(key) ?? this.#find(reference, platform)
        this.#lookups.set(key, lookup)
        return (await lookup).resolved
      } catch (error) {
        if (!isTareError(error)) throw error
        const { code, message, hint, cause, facts } = error
        throw new TareError(code, message, { hint, cause, facts, at })
      }
    },
  }

  async #find(reference: string, platform: Parameters<PlanResolver['image']>[1]): Promise<FoundImage> {
    const name = familiarName(withDefaultTag(parseReference(reference)))
    const found = await this.#steps.run(`[internal] load metadata for ${name}`, () =>
      findImage(this.#workspace, reference, { platform, pull: this.#pull, signal: this.#signal }),
    )
    this.#byId.set(found.resolved.id, found)
    return found
  }

  async unpack(op: ImageOp, onTransfer: OnTransfer, signal: AbortSignal): Promise<Snapshot | undefined> {
    const found = this.#byId.get(op.id) as FoundImage
    const image =
      found.from === 'store' ? found.image : await fetchRemote(this.#workspace, found.remote, onTransfer, signal)
    return await unpackStored(this.#workspace, image, onTransfer, signal)
  }
}
