import type { GitAddress } from '../base/git-address.ts'
import type { CopyInstruction, Heredoc } from '../dockerfile/index.ts'
import { parseDigest } from '../oci/index.ts'
import { copySource } from './copy-source.ts'
import { withFlags } from './git-source.ts'
import type { CopyPart, CopySource, FilesPart, InlinePart, VertexIndex } from './graph.ts'
import { locate, type SourceSpot } from './plan-error.ts'
import type { RemoteSource } from './source-kind.ts'
import type { VertexList } from './vertex-list.ts'

interface RemoteOptions {
  readonly instruction: CopyInstruction
  readonly checksum: string | undefined
  readonly at: SourceSpot
  readonly graph: VertexList
}

interface FileOptions {
  readonly instruction: CopyInstruction
  /** `context` when it is the build context. */
  readonly from: { readonly context: boolean; readonly vertex: VertexIndex }
}

/** The parts of a COPY or ADD and the inputs of its vertex, as its sources are gone through. */
export class PartList {
  readonly all: CopyPart[] = []
  readonly inputs: VertexIndex[]
  remotes = 0
  readonly #first: number

  /** @param root the vertex's first input, where it has one. */
  constructor(root: readonly VertexIndex[]) {
    this.inputs = [...root]
    this.#first = root.length
  }

  /** Files in a row from one place are one part. */
  addFile(source: string, { instruction, from }: FileOptions): void {
    const input = this.#input(from.vertex)
    const read = copySource(source, instruction.parents)
    const last = this.all.at(-1)
    if (last?.kind === 'files' && last.input === input)
      this.all[this.all.length - 1] = { ...last, sources: [...last.sources, read] }
    else
      this.#files(input, read, { fromContext: from.context, unpack: instruction.unpack ?? instruction.kind === 'add' })
  }

  addRemote(remote: RemoteSource, options: RemoteOptions): void {
    this.remotes++
    if (remote.kind === 'git') this.#addRepository(remote.address, options)
    else this.#addDownload(remote.url, options)
  }

  /** What is in the repository, not the directory that it is checked out into. */
  #addRepository(address: GitAddress, { instruction, checksum, at, graph }: RemoteOptions): void {
    const vertex = graph.git(withFlags(address, instruction, checksum, at), at.range)
    const all = { pattern: '', wildcard: false, original: address.url }
    this.#files(this.#input(vertex), all, { fromContext: true, unpack: false })
  }

  #addDownload(url: string, { instruction, checksum, at, graph }: RemoteOptions): void {
    const digest = checksum === undefined ? undefined : locate(at, () => parseDigest(checksum))
    const { vertex, name } = graph.http(url, digest, at.range)
    const file = { pattern: name, wildcard: false, original: name }
    this.#files(this.#input(vertex), file, { fromContext: true, unpack: instruction.unpack === true })
  }

  #files(input: number, source: CopySource, how: { readonly fromContext: boolean; readonly unpack: boolean }): void {
    const { fromContext, unpack: unpackArchives } = how
    const part: FilesPart = { kind: 'files', input, sources: [source], unpackArchives, fromContext }
    this.all.push(part)
  }

  /** The root as a source is an input of its own. */
  #input(vertex: VertexIndex): number {
    const known = this.inputs.indexOf(vertex, this.#first)
    return known < 0 ? this.inputs.push(vertex) - 1 : known
  }
}

export function inlinePart({ name, content, expand }: Heredoc, expanded: (content: string) => string): InlinePart {
  return { kind: 'inline', name, content: expand ? expanded(content) : content }
}
