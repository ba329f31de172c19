import { formatGitAddress, type GitAddress } from '../base/git-address.ts'
import { hideCredentials } from '../base/hide-credentials.ts'
import type { SourceRange } from '../base/source.ts'
import { digestOf, formatPlatform, type Platform, type ResolvedImage } from '../oci/index.ts'
import type { ImageOp, Op, StepLabel, Vertex, VertexIndex } from './graph.ts'

/** The graph under construction: sources are made once, however many steps read them. */
export class VertexList {
  readonly vertices: Vertex[] = []
  readonly #sources = new Map<string, VertexIndex>()
  readonly #platform: Platform

  constructor(platform: Platform) {
    this.#platform = platform
  }

  add(op: Op, inputs: readonly VertexIndex[], label: StepLabel, platform: Platform = this.#platform): VertexIndex {
    const index = this.vertices.length
    this.vertices.push({ index, op, inputs, platform, label })
    return index
  }

  context(): VertexIndex {
    return this.#once('context', () =>
      this.add({ type: 'context', name: 'context' }, [], sourceLabel('[internal] load build context', undefined)),
    )
  }

  /** The files of a named context. */
  namedContext(name: string, step: string): VertexIndex {
    return this.#once(`context ${name}`, () => this.add({ type: 'context', name }, [], sourceLabel(step, undefined)))
  }

  /** What a mount shows of a build context's files, in a root of its own as `/files`. */
  contextView(files: VertexIndex, source: string, original: string, range: SourceRange): VertexIndex {
    return this.#once(`view ${files} ${source}`, () =>
      this.add(viewOp(source, original), [files], sourceLabel(`[internal] load ${original || '.'} to mount it`, range)),
    )
  }

  image(image: ResolvedImage, platform: Platform, label: StepLabel): VertexIndex {
    return this.#once(`image ${formatPlatform(platform)} ${image.id} ${image.reference}`, () =>
      this.add(imageOp(image), [], label, platform),
    )
  }

  /** What COPY reads when it is told to copy from a stage with nothing in it. */
  emptyRoot(): VertexIndex {
    const op: ImageOp = { type: 'image', reference: 'scratch', id: digestOf(''), digest: undefined, diffIds: [] }
    return this.#once('scratch', () => this.add(op, [], sourceLabel('FROM scratch', undefined)))
  }

  http(url: string, checksum: ImageOp['digest'], range: SourceRange): { vertex: VertexIndex; name: string } {
    const name = fileNameOf(url)
    const op: Op = { type: 'http', url, name, checksum }
    const vertex = this.#once(`http ${checksum} ${url}`, () =>
      this.add(op, [], sourceLabel(hideCredentials(url), range)),
    )
    return { vertex, name }
  }

  git(address: GitAddress, range: SourceRange): VertexIndex {
    return this.#once(`git ${JSON.stringify(address)}`, () =>
      this.add({ type: 'git', address }, [], sourceLabel(formatGitAddress(address), range)),
    )
  }

  #once(key: string, make: () => VertexIndex): VertexIndex {
    const known = this.#sources.get(key)
    if (known !== undefined) return known
    const index = make()
    this.#sources.set(key, index)
    return index
  }
}

/** Where `contextView` puts what a mount shows. */
export const CONTEXT_VIEW = '/files'

function viewOp(source: string, original: string): Op {
  const sources = [{ pattern: source.slice(1), wildcard: false, original }]
  return {
    type: 'copy',
    scratch: true,
    parts: [{ kind: 'files', input: 0, sources, unpackArchives: false, fromContext: true, mounted: true }],
    destination: CONTEXT_VIEW,
    chown: undefined,
    chmod: undefined,
    excludes: [],
    link: false,
  }
}

export function sourceLabel(text: string, range: SourceRange | undefined): StepLabel {
  return { stage: undefined, step: undefined, total: undefined, text, range }
}

/** `FROM docker.io/library/alpine:3@sha256:...`, as BuildKit shows it. */
export function imageLabelText(image: ResolvedImage): string {
  const pinned = image.digest === undefined || image.reference.includes('@') ? '' : `@${image.digest}`
  return `FROM ${image.reference}${pinned}`
}

function imageOp(image: ResolvedImage): ImageOp {
  const { reference, id, digest } = image
  return { type: 'image', reference, id, digest, diffIds: image.config.rootfs.diff_ids }
}

/** The last part of the URL's path; what a server may say about the name does not count, so that the plan is pure. */
function fileNameOf(url: string): string {
  const path = decodePath(URL.parse(url)?.pathname ?? '')
  const last = path.split('/').findLast(part => part !== '') ?? ''
  return last === '' || last === '.' || last === '..' || last.includes('\0') ? '__unnamed__' : last
}

/** A `%2F` parts names too, as in BuildKit. */
function decodePath(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}
