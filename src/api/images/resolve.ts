import { type Platform, platformServes, type ResolvedImage } from '../../oci/index.ts'
import type { RemoteImage } from '../../registry/index.ts'
import type { StoredImage } from '../../store/index.ts'
import type { Workspace } from '../workspace.ts'
import { hasLayer } from './layer-source.ts'
import { fullName } from './reference.ts'

/** An image by name, from the store or from a registry, and where its layers can be had. */
export type FoundImage =
  | { readonly from: 'store'; readonly resolved: ResolvedImage; readonly image: StoredImage }
  | { readonly from: 'registry'; readonly resolved: ResolvedImage; readonly remote: RemoteImage }

export interface FindOptions {
  readonly platform: Platform
  /** Asks the registry even if the store has an image of that name. */
  readonly pull: boolean
  readonly signal?: AbortSignal | undefined
}

/** The store first, the registry when the store has no such image for the platform; no layer moves. Throws as Registry.resolve does. */
export async function findImage(workspace: Workspace, reference: string, options: FindOptions): Promise<FoundImage> {
  const name = fullName(reference)
  const stored = options.pull ? undefined : findStored(workspace, reference, options.platform)
  if (stored) return stored
  const remote = await (await workspace.registry()).resolve(name, options.platform, options.signal)
  return { from: 'registry', remote, resolved: remote }
}

/** An image that is whole in the store; undefined when there is none of that name for the platform. */
export function findStored(
  workspace: Workspace,
  reference: string,
  platform: Platform,
): (FoundImage & { readonly from: 'store' }) | undefined {
  const name = fullName(reference)
  const image = workspace.store.images.findByName(name)
  if (!image || !serves(image, platform) || !image.layers.every(layer => hasLayer(workspace, layer))) return undefined
  return { from: 'store', image, resolved: storedImage(workspace, image, name) }
}

function serves(image: StoredImage, platform: Platform): boolean {
  return platformServes(platform, image.platform)
}

function storedImage(workspace: Workspace, image: StoredImage, reference: string): ResolvedImage {
  const { config, configBytes, manifest } = workspace.store.images.documents(image.id)
  return {
    reference,
    id: image.id,
    digest: manifest?.descriptor.digest,
    platform: image.platform,
    config,
    configBytes,
    manifest,
  }
}
