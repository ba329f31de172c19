import type { ImageToWrite } from '../../../image/index.ts'
import type { OnTransfer } from '../../../progress/index.ts'
import { openLayerTar } from '../../images/layer-source.ts'
import { type ManifestForm, makeManifestInForm } from '../../images/manifest.ts'
import type { BuildResult, OutputContext } from './result.ts'

/** Layers as plain tars: no compression, and nothing that the store would keep. */
export interface PlainForm {
  readonly plain: true
  readonly annotations?: Readonly<Record<string, string>> | undefined
}

/** The built image as archives take it. */
export async function imageToWrite(
  result: BuildResult,
  names: readonly string[],
  form: ManifestForm | PlainForm,
  { workspace, signal }: OutputContext,
  transfer: OnTransfer,
): Promise<ImageToWrite> {
  const { id, config, configBytes } = result
  const layers = result.layers.map(layer => ({
    diffId: layer.diffId,
    uncompressedBytes: layer.uncompressedBytes,
    uncompressed: (inner?: AbortSignal) => openLayerTar(workspace, layer, inner ?? signal),
  }))
  if ('plain' in form) return { names, image: { id, config, configBytes, layers }, annotations: form.annotations }
  const manifest = await makeManifestInForm(workspace, result, { ...form, onTransfer: transfer }, signal)
  return { names, image: { id, config, configBytes, layers, manifest }, blobs: workspace.store.content }
}
