import { hostPlatform, parsePlatform } from '../../oci/index.ts'
import type { OnTransfer } from '../../progress/index.ts'
import type { StoredImage } from '../../store/index.ts'
import { Workspace, type WorkspaceOptions } from '../workspace.ts'
import { fetchRemote } from './fetch.ts'
import { findImage } from './resolve.ts'

export interface PullOptions extends WorkspaceOptions {
  readonly platform?: string | undefined
  readonly onTransfer?: OnTransfer | undefined
  readonly signal?: AbortSignal | undefined
}

export interface Pulled {
  readonly image: StoredImage
  readonly reference: string
  readonly digest: string
  /** False when the store had exactly this image under this name. */
  readonly changed: boolean
}

/** `tare pull NAME`: blobs and unpacked layers of the image for the platform; throws as Registry.resolve does. */
export async function pull(name: string, options: PullOptions = {}): Promise<Pulled> {
  await using workspace = await Workspace.open(options)
  workspace.assertCanMakeRoots()
  await workspace.reap()
  const platform = options.platform === undefined ? hostPlatform() : parsePlatform(options.platform)
  const found = await findImage(workspace, name, { platform, pull: true, signal: options.signal })
  if (found.from === 'store') throw new TypeError('a pull must ask the registry')
  const before = workspace.store.images.findByName(found.remote.reference)?.id
  const image = await fetchRemote(workspace, found.remote, options.onTransfer ?? (() => undefined), options.signal)
  return { image, reference: found.remote.reference, digest: found.remote.digest, changed: before !== image.id }
}
