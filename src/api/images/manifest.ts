import { allOrFirstFailure } from '../../base/all-or-first-failure.ts'
import { Limit } from '../../base/limit.ts'
import { type MediaTypeDialect, makeManifest } from '../../image/index.ts'
import { type Descriptor, type Manifest, OCI_MANIFEST } from '../../oci/index.ts'
import type { OnTransfer } from '../../progress/index.ts'
import type { ImageLayer, StoredImage } from '../../store/index.ts'
import type { Workspace } from '../workspace.ts'
import { isCompressedAs, type LayerCompression, type LayerForm, storedForm } from './layer-source.ts'

export interface StoredManifest {
  readonly descriptor: Descriptor
  readonly value: Manifest
  readonly bytes: Uint8Array
}

/**
 * The image's manifest: the one it came with or was built with, as long as its blobs are in the store, else one made now,
 * for which the layers are compressed. It is remembered with the image.
 */
export async function ensureManifest(
  workspace: Workspace,
  image: StoredImage,
  signal?: AbortSignal,
): Promise<StoredManifest> {
  const { configBytes, manifest } = workspace.store.images.documents(image.id)
  if (manifest && hasBlobs(workspace, manifest)) return manifest
  const made = await makeManifestInForm(workspace, { configBytes, layers: image.layers }, {}, signal)
  await recordManifest(workspace, configBytes, made)
  return made
}

/** How a manifest and the layers in it are to be. */
export interface ManifestForm {
  /** Else what is stored compressed already stays, and the rest becomes gzip. */
  readonly compression?: LayerCompression | undefined
  readonly level?: number | undefined
  /** Lower layers, which stay as they are stored unless `force`. */
  readonly keptLayers?: number | undefined
  readonly force?: boolean | undefined
  readonly dialect?: MediaTypeDialect | undefined
  readonly annotations?: Readonly<Record<string, string>> | undefined
  /** Told of the layers being compressed. */
  readonly onTransfer?: OnTransfer | undefined
}

export interface ImageParts {
  readonly configBytes: Uint8Array
  readonly layers: readonly ImageLayer[]
}

/** A manifest whose blobs are in the store from then on: layers without a form that fits are compressed, two at a time, each on all cores. */
export async function makeManifestInForm(
  workspace: Workspace,
  image: ImageParts,
  form: ManifestForm,
  signal?: AbortSignal,
): Promise<StoredManifest> {
  const limit = new Limit(2)
  const numbered = image.layers.map((layer, index) => ({ layer, form: layerForm(form, index) }))
  const layers = await allOrFirstFailure(
    numbered,
    (each, inner) => limit.run(() => storedForm(workspace, each.layer, each.form, inner), inner),
    signal,
  )
  return makeManifest(image.configBytes, layers, form.annotations, form.dialect)
}

function layerForm(form: ManifestForm, index: number): LayerForm {
  const { compression, level, force, keptLayers = 0, onTransfer } = form
  if (index >= keptLayers) return { compression, level, onTransfer }
  return force ? { compression, onTransfer } : { onTransfer }
}

/** Remembers it as the manifest that the image has: what `push` sends and `save` writes. */
export async function recordManifest(
  workspace: Workspace,
  configBytes: Uint8Array,
  { bytes, descriptor }: StoredManifest,
): Promise<void> {
  await workspace.store.images.record({ configBytes, manifest: { bytes, mediaType: descriptor.mediaType } })
}

/** Whether a manifest is what `makeManifestInForm` would make, as far as can be told without making it. */
export function isInForm(workspace: Workspace, manifest: StoredManifest, form: ManifestForm): boolean {
  const { value, descriptor } = manifest
  const { compression, dialect = 'oci', keptLayers = 0, force, level } = form
  const ours = value.layers.slice(force ? 0 : keptLayers)
  return (
    level === undefined &&
    (descriptor.mediaType === OCI_MANIFEST) === (dialect === 'oci') &&
    sameAnnotations(value.annotations ?? {}, form.annotations ?? {}) &&
    ours.every(layer =>
      compression === undefined ? !isCompressedAs(layer, 'uncompressed') : isCompressedAs(layer, compression),
    ) &&
    hasBlobs(workspace, manifest)
  )
}

function hasBlobs(workspace: Workspace, { value }: StoredManifest): boolean {
  return value.layers.every(layer => workspace.store.content.hold(layer.digest))
}

function sameAnnotations(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  const keys = Object.keys(a)
  return keys.length === Object.keys(b).length && keys.every(key => a[key] === b[key])
}
