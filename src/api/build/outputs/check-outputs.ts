import { statSync } from 'node:fs'
import { messageOf } from '../../../base/error.ts'
import { apiError } from '../../errors.ts'
import { fullName } from '../../images/reference.ts'
import type {
  ArchiveOutput,
  BuildOutput,
  CacheOnlyOutput,
  ImageOutput,
  LoadOutput,
  LocalOutput,
  OutputOptions,
  TarOutput,
} from '../output-options.ts'
import { type BuildFacts, type Checked, type CheckedManifest, checkManifestOptions } from './manifest-form.ts'

/** An output with all that counts for it said. */
export type CheckedOutput =
  | LocalOutput
  | TarOutput
  | Checked<ArchiveOutput>
  | Checked<LoadOutput>
  | Checked<ImageOutput>
  | CacheOnlyOutput

export interface CheckedOutputs {
  /** In the order asked for. Empty for just the image in the store. */
  readonly outputs: readonly CheckedOutput[]
  /** Whether the image stays in the store, and under which full names. */
  readonly keep: boolean
  readonly names: readonly string[]
  /** How the store has it. */
  readonly manifest: CheckedManifest
  readonly metadataFile: string | undefined
  readonly iidFile: string | undefined
}

/** Everything wrong with the outputs is said before anything is read or made. Throws `BUILD_INVALID_OPTION`. */
export function checkOutputs(
  options: OutputOptions,
  { platform, epoch }: Pick<BuildFacts, 'platform' | 'epoch'>,
): CheckedOutputs {
  const tags = (options.tags ?? []).map(checkedName)
  const asked = withShortForms(options)
  assertOneStream(asked)
  const facts = { annotations: options.annotations ?? [], platform, epoch }
  if (facts.annotations.length > 0 && asked.length > 0 && asked.every(hasNoManifest))
    throw invalid('annotations are of image manifests, and no output has one', 'Add an output: type=oci, image ...')
  if (options.iidFile !== undefined && asked.some(output => output.type === 'local' || output.type === 'tar'))
    throw invalid('local and tar exporters are incompatible with image ID file', 'Leave --iidfile out.')
  const outputs = asked.map(output => checkOutput(output, tags, facts))
  const inStore = outputs.filter(isInStore)
  return {
    outputs,
    keep: tags.length > 0 || outputs.length === 0 || inStore.length > 0,
    names: [...new Set([...tags, ...inStore.flatMap(({ names }) => names)])],
    manifest: outputs.find(output => output.type === 'image') ?? checkManifestOptions({}, facts),
    metadataFile: options.metadataFile,
    iidFile: options.iidFile,
  }
}

/** `push` and `load` make use of outputs that are there already, as buildx has it. */
function withShortForms({ outputs = [], push, load }: OutputOptions): BuildOutput[] {
  const all: BuildOutput[] = outputs.map(output => (push && output.type === 'image' ? { ...output, push } : output))
  if (push && !all.some(output => output.type === 'image')) all.push({ type: 'image', push })
  if (load && !all.some(isLoadOutput)) all.push({ type: 'docker' })
  return all
}

/** Into a running engine rather than a file. */
export function isLoad(output: CheckedOutput): output is Checked<LoadOutput> {
  return isLoadOutput(output)
}

function isLoadOutput(output: { readonly type: string; readonly dest?: unknown }): boolean {
  return output.type === 'docker' && output.dest === undefined
}

function isInStore(output: CheckedOutput): output is Checked<ImageOutput> | Checked<LoadOutput> {
  return output.type === 'image' || isLoad(output)
}

function hasNoManifest({ type }: BuildOutput): boolean {
  return type === 'local' || type === 'tar' || type === 'cacheonly'
}

function checkOutput(output: BuildOutput, tags: readonly string[], facts: BuildFacts): CheckedOutput {
  if (output.type === 'cacheonly') return output
  if (output.type === 'local') return checkedDirectory(output)
  if (output.type === 'tar') return checkedFile(output)
  const names = tags.length > 0 ? tags : (output.names ?? []).map(checkedName)
  if (output.type === 'image') return checkedImage({ ...output, ...checkManifestOptions(output, facts), names })
  if (output.dest === undefined) return { ...output, ...checkManifestOptions(output, facts), names }
  if (output.type === 'oci' && output.ociMediaTypes === false)
    throw invalid('oci-mediatypes=false conflicts with type=oci', 'Use type=docker.')
  const archive = { ...output, ...checkManifestOptions(output, facts), names }
  return output.directory ? checkedDirectory(archive) : checkedFile(archive)
}

function checkedImage(output: Checked<ImageOutput>): Checked<ImageOutput> {
  if (!output.push || output.names.length > 0) return output
  throw invalid('tag is needed when pushing to registry', 'Name the image with -t.')
}

function checkedDirectory<T extends { readonly type: string; readonly dest: unknown }>(output: T): T {
  const { type, dest } = output
  if (typeof dest !== 'string') throw invalid(`dest cannot be stdout for ${type} exporter`, 'Name a directory.')
  const stats = statSync(dest, { throwIfNoEntry: false })
  if (stats && !stats.isDirectory()) throw invalid(`destination directory ${dest} is a file`, 'Name a directory.')
  return output
}

function checkedFile<T extends { readonly dest: unknown }>(output: T): T {
  const { dest } = output
  if (typeof dest === 'string' && statSync(dest, { throwIfNoEntry: false })?.isDirectory())
    throw invalid(`destination file ${dest} is a directory`, 'Name a file.')
  return output
}

function assertOneStream(outputs: readonly BuildOutput[]): void {
  const streams = outputs.filter(output => 'dest' in output && typeof output.dest === 'function')
  if (streams.length > 1) throw invalid('only one output can go to standard output', 'Give the others a dest=FILE.')
}

/** Docker's wording for a name that cannot be one. */
function checkedName(tag: string): string {
  try {
    return fullName(tag)
  } catch (error) {
    throw apiError('BUILD_INVALID_OPTION', `invalid tag ${JSON.stringify(tag)}: ${messageOf(error)}`, { cause: error })
  }
}

function invalid(message: string, hint: string): Error {
  return apiError('BUILD_INVALID_OPTION', message, { hint })
}
