import { parseReference, repositoryOf } from '../../oci/index.ts'
import type { OnTransfer } from '../../progress/index.ts'
import type { PushResult } from '../../registry/index.ts'
import type { StoredImage } from '../../store/index.ts'
import { Workspace, type WorkspaceOptions } from '../workspace.ts'
import { shortDigest } from './layer-source.ts'
import { ensureManifest, type StoredManifest } from './manifest.ts'
import { fullName } from './reference.ts'

export interface PushOptions extends WorkspaceOptions {
  readonly onTransfer?: OnTransfer | undefined
  readonly signal?: AbortSignal | undefined
}

/** `tare push NAME`: throws `IMAGE_NOT_FOUND` when the store has no image of that name, and what Registry.push throws. */
export async function push(name: string, options: PushOptions = {}): Promise<PushResult> {
  await using workspace = await Workspace.open(options)
  const full = fullName(name)
  const image = workspace.store.images.resolve(full)
  return await pushStored(workspace, image, full, options.onTransfer ?? (() => undefined), options.signal)
}

/**
 * Pushes an image of the store under a full name, with the manifest that it has unless one is given; layers are compressed
 * at the first push, and blobs already there not sent.
 */
export async function pushStored(
  workspace: Workspace,
  image: StoredImage,
  name: string,
  onTransfer: OnTransfer,
  signal?: AbortSignal,
  given?: StoredManifest,
): Promise<PushResult> {
  const { store } = workspace
  const manifest = given ?? (await ensureManifest(workspace, image, signal))
  const mountFrom = image.repoDigests.map(repoDigest => repoDigest.slice(0, repoDigest.indexOf('@')))
  const blobOf = (descriptor: typeof manifest.value.config) => ({
    descriptor,
    mountFrom,
    open: (inner?: AbortSignal) => store.content.open(descriptor, inner ?? signal),
  })
  const result = await (await workspace.registry()).push(
    {
      reference: name,
      manifest: { mediaType: manifest.descriptor.mediaType, bytes: manifest.bytes },
      config: blobOf(manifest.value.config),
      layers: manifest.value.layers.map(blobOf),
      onProgress: ({ descriptor, currentBytes, totalBytes, outcome }) =>
        onTransfer(
          shortDigest(descriptor.digest),
          outcome ?? 'pushing',
          currentBytes,
          totalBytes,
          outcome !== undefined,
        ),
    },
    signal,
  )
  store.images.addRepoDigest(image.id, repositoryOf(parseReference(name)), result.digest)
  return result
}
