import { formatPlatform, type Platform, parsePlatform } from '../../../oci/index.ts'
import { apiError } from '../../errors.ts'
import type { ManifestForm } from '../../images/manifest.ts'
import type { Annotation, ManifestOptions } from '../output-options.ts'
import type { BuildResult } from './result.ts'

/** Manifest options of an output with the build's own, checked. */
export type CheckedManifest = Omit<ManifestOptions, 'annotations' | 'rewriteTimestamp'> & {
  readonly annotations: Readonly<Record<string, string>> | undefined
}

/** An output with an image in it, checked. Names are full. */
export type Checked<T> = Omit<T, 'annotations' | 'names'> & CheckedManifest & { readonly names: readonly string[] }

/** What the options amount to for this image. */
export function manifestForm(options: CheckedManifest, result: BuildResult): ManifestForm {
  return {
    compression: options.compression ?? 'gzip',
    level: options.compressionLevel,
    keptLayers: result.baseLayers,
    force: options.forceCompression,
    dialect: options.ociMediaTypes === false ? 'docker' : 'oci',
    annotations: options.annotations,
  }
}

const LEVELS = { gzip: 9, zstd: 22, uncompressed: 0 } as const

/** What is known of a build before it runs. */
export interface BuildFacts {
  /** For all outputs. */
  readonly annotations: readonly Annotation[]
  readonly platform: Platform
  /** SOURCE_DATE_EPOCH in seconds. */
  readonly epoch: number | undefined
}

/** Throws `BUILD_INVALID_OPTION` for what goes with no manifest, or not together. */
export function checkManifestOptions(
  options: ManifestOptions,
  { annotations: forAll, platform, epoch }: BuildFacts,
): CheckedManifest {
  const { compression = 'gzip', compressionLevel: level, ociMediaTypes, rewriteTimestamp } = options
  const annotations = annotationValues([...(options.annotations ?? []), ...forAll], platform)
  if (rewriteTimestamp === true && epoch === undefined)
    throw invalid('rewrite-timestamp needs SOURCE_DATE_EPOCH', 'Set it in the environment or with --build-arg.')
  if (rewriteTimestamp === false && epoch !== undefined)
    throw invalid(
      'rewrite-timestamp=false is not supported with SOURCE_DATE_EPOCH',
      'Built layers are always clamped to it.',
    )
  if (level !== undefined && !(Number.isInteger(level) && level >= 0 && level <= LEVELS[compression]))
    throw invalid(`invalid compression-level ${level} for ${compression}: expected 0 to ${LEVELS[compression]}`)
  if (ociMediaTypes === false && compression === 'zstd')
    throw invalid('compression=zstd needs OCI media types', 'Leave oci-mediatypes=false out.')
  if (ociMediaTypes === false && annotations)
    throw invalid('annotations need OCI media types', 'Leave oci-mediatypes=false out.')
  const { compression: asked, forceCompression } = options
  return { compression: asked, compressionLevel: level, forceCompression, ociMediaTypes, annotations }
}

const OTHER_SCOPES = ['index', 'index-descriptor', 'manifest-descriptor']

function annotationValues(all: readonly Annotation[], platform: Platform): CheckedManifest['annotations'] {
  for (const annotation of all) {
    const { scope = 'manifest' } = annotation
    if (OTHER_SCOPES.includes(scope))
      throw invalid(
        `${scope} annotations not supported for single platform export`,
        `The image has one manifest and no index: --annotation ${JSON.stringify(`${annotation.key}=${annotation.value}`)}`,
      )
    if (scope !== 'manifest') throw invalid(`unknown annotation type ${JSON.stringify(scope)}`, 'Expected manifest.')
    if (annotation.platform !== undefined) assertOwnPlatform(annotation.platform, platform)
  }
  return all.length === 0 ? undefined : Object.fromEntries(all.map(({ key, value }) => [key, value]))
}

function assertOwnPlatform(text: string, platform: Platform): void {
  const [asked, ours] = [formatPlatform(parsePlatform(text)), formatPlatform(platform)]
  if (asked !== ours)
    throw invalid(`annotation for ${asked}: the image is for ${ours}`, 'Leave the annotation or its platform out.')
}

function invalid(message: string, hint?: string): Error {
  return apiError('BUILD_INVALID_OPTION', message, { hint })
}
