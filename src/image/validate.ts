import { TareError } from '../base/error.ts'
import {
  type Descriptor,
  DOCKER_LAYER,
  DOCKER_LAYER_GZIP,
  DOCKER_LAYER_ZSTD,
  digestOf,
  type Image,
  isForeignLayer,
  OCI_LAYER,
  OCI_LAYER_GZIP,
  OCI_LAYER_ZSTD,
} from '../oci/index.ts'
import type { ImageErrorCode } from './errors.ts'

/** `error`: nobody can use the image; `warning`: against the specification, though images in the wild have it. */
export interface ImageProblem {
  readonly severity: 'error' | 'warning'
  readonly message: string
}

const LAYER_TYPES = new Set([
  OCI_LAYER,
  OCI_LAYER_GZIP,
  OCI_LAYER_ZSTD,
  DOCKER_LAYER,
  DOCKER_LAYER_GZIP,
  DOCKER_LAYER_ZSTD,
])

/** Whether config, manifest and layers fit together and the specification; reads no layer. */
export function validateImage(image: Image): readonly ImageProblem[] {
  const errors = [...configErrors(image), ...manifestErrors(image)]
  return [
    ...errors.map(message => ({ severity: 'error' as const, message })),
    ...configWarnings(image).map(message => ({ severity: 'warning' as const, message })),
  ]
}

/** Throws `IMAGE_INVALID` for the first error of `validateImage`. */
export function assertValidImage(image: Image): void {
  const problem = validateImage(image).find(({ severity }) => severity === 'error')
  if (problem) throw new TareError<ImageErrorCode>('IMAGE_INVALID', `checking image ${image.id}: ${problem.message}`)
}

function* configErrors({ id, config, configBytes, layers }: Image): Generator<string> {
  const actual = digestOf(configBytes)
  if (id.startsWith('sha256:') && actual !== id) yield `expected config digest ${id}, got ${actual}`
  const diffIds = config.rootfs.diff_ids
  if (diffIds.length !== layers.length)
    yield `expected ${diffIds.length} layers (rootfs.diff_ids), got ${layers.length}`
  const wrong = layers.findIndex((layer, i) => layer.diffId !== diffIds[i])
  if (wrong >= 0 && wrong < diffIds.length)
    yield `layer ${wrong + 1}: expected diff ID ${diffIds[wrong]}, got ${layers[wrong]?.diffId}`
}

function* manifestErrors({ id, layers, manifest }: Image): Generator<string> {
  if (!manifest) return
  const { value, bytes, descriptor } = manifest
  if (value.config.digest !== id) yield `the manifest is of the image ${value.config.digest}`
  if (descriptor.size !== bytes.length) yield `expected a manifest of ${descriptor.size} bytes, got ${bytes.length}`
  if (value.layers.length !== layers.length)
    yield `expected ${layers.length} layers in the manifest, got ${value.layers.length}`
  for (const [i, layer] of value.layers.entries()) yield* layerErrors(layer, i)
}

function* layerErrors(layer: Descriptor, index: number): Generator<string> {
  if (isForeignLayer(layer)) yield `layer ${index + 1} is only kept elsewhere (${layer.mediaType})`
  else if (!LAYER_TYPES.has(layer.mediaType)) yield `layer ${index + 1} has the unknown media type ${layer.mediaType}`
}

function configWarnings({ config, layers }: Image): string[] {
  const warnings: string[] = []
  const filled = config.history?.filter(entry => !entry.empty_layer).length ?? 0
  if (filled > 0 && filled !== layers.length)
    warnings.push(`history names ${filled} layers, the image has ${layers.length}`)
  if (config.os === '' || config.architecture === '') warnings.push('the config does not say for which platform it is')
  return warnings
}
