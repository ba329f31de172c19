import type { Digest } from '../oci/index.ts'
import { chainIdOf, digestOf } from '../oci/index.ts'
import type { HttpOp, ImageOp, Vertex } from '../plan/index.ts'
import { canonicalJson } from './canonical-json.ts'
import type { ContentRecord } from './content.ts'
import { landed, type OpParts, opParts } from './op-parts.ts'

/** What is known of an input when a vertex is looked up. */
export interface KeyInput {
  /**
   * The input's primary key: of its cache record (`CacheHit.key`), or of an image. Undefined for the local context. It
   * does not say what the result turned out to be: a step that is run again (--no-cache) keeps its key.
   */
  readonly key: Digest | undefined
  /** Chain ID of its root, `null` for an empty root; undefined when not known. */
  readonly chainId?: Digest | null | undefined
}

/** What a lookup may add to the inputs. */
export interface KeyContent {
  /** The selected files of a copy, or the one file of a download. */
  readonly files?: Pick<ContentRecord, 'digest'> | undefined
  /** The files that a RUN mounts of inputs, by the input's number. */
  readonly mounts?: ReadonlyMap<number, Digest> | undefined
  /** The full hash that a Git source stands for now. */
  readonly commit?: string | undefined
  /** SOURCE_DATE_EPOCH in seconds: it is in the layer's times. */
  readonly epoch?: number | undefined
}

/** What a key is the digest of, in named parts: compared part by part when a miss is explained. */
export interface KeyRecord {
  readonly version: 1
  readonly op: OpParts
  readonly inputs: Readonly<Record<string, string>>
}

/** One name a result can be found by. */
export interface CacheKey {
  readonly key: Digest
  readonly record: KeyRecord
}

/**
 * Every key that a vertex can be found by with what is known, in the order to look them up: by its inputs' keys, then by
 * their content. Called without `files` it gives the keys that need no file read; none when there are no such (a copy
 * from the local context). The first key of a put becomes the record's primary key.
 */
export function vertexKeys(vertex: Vertex, inputs: readonly KeyInput[], content: KeyContent = {}): CacheKey[] {
  const { op } = vertex
  if (op.type === 'context') return []
  if (op.type === 'image') return [imageKey(op)]
  if (op.type === 'http') return downloadKeys(vertex, op, content)
  if (op.type === 'git')
    return content.commit === undefined ? [] : [cacheKey(opParts(vertex, undefined), { commit: content.commit })]
  const root = rootNames(op.scratch ? { key: undefined, chainId: null } : inputs[0])
  const full = opParts(vertex, content.epoch)
  if (op.type !== 'copy')
    return mountNames(inputs, op.scratch ? 0 : 1, content.mounts).flatMap(mounts =>
      root.map(name => cacheKey(full, { ...name, ...mounts })),
    )
  const sources = sourceNames(inputs.slice(op.scratch ? 0 : 1))
  return [
    ...(sources === undefined ? [] : root.map(name => cacheKey(full, { ...name, ...sources }))),
    ...filesKeys(landed(full), root, content.files),
  ]
}

/**
 * What all copies to one place share, whatever their files: while nothing is known by any of these keys, no content can
 * be a hit, and nothing has to be read before it is copied. They find no result.
 */
export function placeKeys(vertex: Vertex, inputs: readonly KeyInput[], epoch: number | undefined): CacheKey[] {
  const { op } = vertex
  if (op.type !== 'copy') return []
  const root = rootNames(op.scratch ? { key: undefined, chainId: null } : inputs[0])
  return root.map(name => cacheKey(landed(opParts(vertex, epoch)), name))
}

/** What is mounted as it is as a whole, then by content where that is known. */
function mountNames(
  inputs: readonly KeyInput[],
  first: number,
  content: KeyContent['mounts'],
): Readonly<Record<string, string>>[] {
  const mounts = inputs.slice(first)
  const whole = Object.fromEntries(mounts.map((mount, i) => [`mount ${i}`, resultName(mount) ?? '']))
  if (!content) return [whole]
  const byContent = mounts.map((mount, i) => {
    const files = content.get(first + i)
    return files === undefined ? [`mount ${i}`, resultName(mount) ?? ''] : [`mount ${i} files`, files]
  })
  return [whole, Object.fromEntries(byContent) as Record<string, string>]
}

/** The sources as they are as a whole; undefined when that is not known of one, and only the content can tell. */
function sourceNames(sources: readonly KeyInput[]): Readonly<Record<string, string>> | undefined {
  const names = sources.map((source, i) => [`source ${i}`, resultName(source)] as const)
  return names.some(([, name]) => name === undefined)
    ? undefined
    : (Object.fromEntries(names) as Record<string, string>)
}

/** What an input turned out to be; a root is its layers. */
function resultName({ key, chainId }: KeyInput): string | undefined {
  return chainId === undefined ? key : (chainId ?? 'empty')
}

/** A layer made without a root (`COPY --link`), and the root that it is put on. */
export function linkKeys(root: KeyInput, layer: Digest): CacheKey[] {
  return rootNames(root).map(name => cacheKey({ type: 'link' }, { ...name, layer }))
}

function filesKeys(
  op: OpParts,
  root: readonly Readonly<Record<string, string>>[],
  files: KeyContent['files'],
): CacheKey[] {
  return files === undefined ? [] : root.map(name => cacheKey(op, { ...name, files: files.digest }))
}

/** An image is what its layers are; its configuration is in the steps that use it. */
function imageKey(op: ImageOp): CacheKey {
  return cacheKey({ type: 'image' }, { layers: chainIdOf(op.diffIds) ?? 'none' })
}

/** Where a file came from does not count beside what it is. */
function downloadKeys(vertex: Vertex, op: HttpOp, content: KeyContent): CacheKey[] {
  const file = content.files?.digest ?? op.checksum
  return file === undefined ? [] : [cacheKey(opParts(vertex, content.epoch), { file })]
}

/** What a server said of a file: as long as it gives the same ETag, it is the same file. */
export interface Validated {
  readonly etag: string
  readonly digest: Digest
}

/** By which the `Validated` of an address is kept. Passwords are in addresses, addresses in no key. */
export function validatedKey(op: HttpOp): CacheKey {
  return cacheKey({ type: 'http' }, { url: digestOf(op.url) })
}

/** The root by its key, then by what is in it. */
function rootNames(root: KeyInput | undefined): Readonly<Record<string, string>>[] {
  const names: Readonly<Record<string, string>>[] = []
  if (root?.key !== undefined) names.push({ root: root.key })
  if (root?.chainId !== undefined) names.push({ rootChain: root.chainId ?? 'empty' })
  return names
}

function cacheKey(op: OpParts, inputs: Readonly<Record<string, string>>): CacheKey {
  const record: KeyRecord = { version: 1, op, inputs }
  return { key: digestOf(canonicalJson(record)), record }
}

/** What a record keeps: the parts of all its keys together, the files, and `about`, which only serves to explain. */
export interface StoredRecord extends KeyRecord {
  readonly files?: ContentRecord | undefined
  readonly about?: Readonly<Record<string, unknown>> | undefined
  readonly validated?: Validated | undefined
}

/** @param about stage, step, line, image reference: whatever tells the user what this was. Throws for no keys. */
export function storedRecord(
  keys: readonly CacheKey[],
  files?: ContentRecord,
  about?: Readonly<Record<string, unknown>>,
): StoredRecord {
  const [first] = keys
  if (!first) throw new Error('a cache record needs a key')
  const inputs = Object.assign({}, ...keys.map(each => each.record.inputs)) as Record<string, string>
  return { version: 1, op: first.record.op, inputs, files, about }
}
