import type { BuiltOutput } from '../../../progress/index.ts'
import type { StoredImage } from '../../../store/index.ts'
import {
  isInForm,
  type ManifestForm,
  makeManifestInForm,
  recordManifest,
  type StoredManifest,
} from '../../images/manifest.ts'
import { pushStored } from '../../images/push.ts'
import type { ImageOutput } from '../output-options.ts'
import { type Checked, manifestForm } from './manifest-form.ts'
import type { BuildResult, OutputContext } from './result.ts'

/** The image as the store has it; no manifest while nobody has needed one. */
export interface KeptImage {
  readonly image: StoredImage
  /** Those that this build gave it. */
  readonly names: readonly string[]
  readonly manifest: StoredManifest | undefined
}

/**
 * Stores the image under its names, with the manifest that was asked for, so that a later `push` or `save` sends it too.
 * Layers are compressed only `now`, or where a manifest made later would not be what was asked for.
 */
export async function keepImage(
  result: BuildResult,
  names: readonly string[],
  form: ManifestForm,
  now: boolean,
  context: OutputContext,
): Promise<KeptImage> {
  const { images } = context.workspace.store
  const uncompressedBytes = new Map(result.layers.map(layer => [layer.diffId, layer.uncompressedBytes ?? 0]))
  const image = await images.record({ configBytes: result.configBytes, names, uncompressedBytes })
  const manifest = await keepManifest(result, form, now, context)
  return { image: images.get(image.id) ?? image, names, manifest }
}

async function keepManifest(
  result: BuildResult,
  form: ManifestForm,
  now: boolean,
  context: OutputContext,
): Promise<StoredManifest | undefined> {
  const { workspace, steps, signal } = context
  const { manifest } = workspace.store.images.documents(result.id)
  if (manifest && isInForm(workspace, manifest, form)) return manifest
  if (isPlain(form) && !manifest && !now) return undefined
  return await steps.run('exporting to image', async onTransfer => {
    const made = await makeManifestInForm(workspace, result, { ...form, onTransfer }, signal)
    await recordManifest(workspace, result.configBytes, made)
    return made
  })
}

/** What `push` and `save` make by themselves. */
function isPlain({ annotations, dialect, compression, force, level }: ManifestForm): boolean {
  return !annotations && !force && level === undefined && dialect === 'oci' && compression === 'gzip'
}

/** `type=image`: it is in the store already; `push=true` sends it to each name's registry. */
export async function exportImage(
  output: Checked<ImageOutput>,
  result: BuildResult,
  kept: KeptImage,
  context: OutputContext,
): Promise<BuiltOutput> {
  const { names, push } = output
  if (!push) return { type: 'image', names, descriptor: kept.manifest?.descriptor }
  const { workspace, steps, signal } = context
  const form = manifestForm(output, result)
  const fits = kept.manifest && isInForm(workspace, kept.manifest, { ...form, level: undefined })
  const manifest = fits && kept.manifest ? kept.manifest : await makeManifestInForm(workspace, result, form, signal)
  for (const name of names)
    await steps.run(`pushing ${name}`, transfer => pushStored(workspace, kept.image, name, transfer, signal, manifest))
  return { type: 'image', names, descriptor: manifest.descriptor, sentTo: names }
}
