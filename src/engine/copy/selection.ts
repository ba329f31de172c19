import type { ContentRecord } from '../../cache/index.ts'
import type { TreeView } from '../../layer/index.ts'
import { type Digest, digestOf } from '../../oci/index.ts'
import type { CopyOp } from '../../plan/index.ts'
import type { FileDigests } from '../../store/index.ts'
import { ContextTree } from '../context-tree.ts'
import { contentOf, modesCount } from './content.ts'
import { digestFiles } from './digest-files.ts'
import { missingSource } from './missing-source.ts'
import { selectSources } from './select.ts'
import type { SelectedPart } from './selected-part.ts'
import { SelectionDigests } from './selection-digests.ts'
import { type SelectionStamps, stampSelection } from './stamps.ts'

/** The tree of the vertex's input with that number. */
export type TreeOfInput = (input: number) => Promise<TreeView>

/** What COPY or ADD selects, walked once, and what is known of its content by now. */
export class Selection {
  /** As many as the op has parts of files. */
  readonly parts: readonly SelectedPart[]
  readonly #op: CopyOp
  readonly #cache: FileDigests
  readonly #stamps: SelectionStamps | undefined
  readonly #walkedAtMs: number
  #content: ContentRecord | undefined

  private constructor(op: CopyOp, parts: readonly SelectedPart[], cache: FileDigests, at: number) {
    this.parts = parts
    this.#op = op
    this.#cache = cache
    this.#walkedAtMs = at
    this.#stamps = stampsOf(op, parts)
  }

  /** Throws `ENGINE_SOURCE_NOT_FOUND`. */
  static async of(op: CopyOp, treeOf: TreeOfInput, cache: FileDigests, signal: AbortSignal): Promise<Selection> {
    const at = Date.now()
    const parts: SelectedPart[] = []
    for (const part of op.parts) {
      if (part.kind === 'inline') continue
      const tree = await treeOf(part.input)
      const selected = await selectSources(tree, part.sources, op.excludes, missingSource(tree, part), signal)
      const fromContext = part.fromContext && !(tree instanceof ContextTree && tree.keepsOwners)
      parts.push({ ...part, fromContext, tree, selected, digests: new SelectionDigests(cache) })
    }
    return new Selection(op, parts, cache, at)
  }

  /** What tells it from other selections before a file is read; undefined for trees without stamps. */
  get stamps(): Digest | undefined {
    return this.#stamps?.digest
  }

  /** The content's digest when no file was touched since an earlier build asked. */
  remembered(): Digest | undefined {
    return this.#content?.digest ?? (this.#stamps && this.#cache.lookupSelection(this.#stamps.digest))
  }

  /** Reads the files of unknown digest, and remembers. Throws `ENGINE_CONTEXT_CHANGED`. */
  async content(signal: AbortSignal): Promise<ContentRecord> {
    this.#content ??= await this.#find(signal)
    return this.#content
  }

  async #find(signal: AbortSignal): Promise<ContentRecord> {
    for (const { tree, selected, digests } of this.parts)
      for (const { entries } of selected) await digestFiles(tree, entries, digests, signal)
    const content = await contentOf(this.#op, this.parts)
    if (this.#stamps) {
      const { digest: stamps, newestNs } = this.#stamps
      this.#cache.putSelection({ stamps, digest: content.digest, newestNs, hashedAtMs: this.#walkedAtMs })
    }
    return content
  }
}

/** Only where all parts have stamps. */
function stampsOf(op: CopyOp, parts: readonly SelectedPart[]): SelectionStamps | undefined {
  const asked = `2 modes=${modesCount(op)}\n`
  const stamps = parts.map(({ tree, selected }) =>
    tree instanceof ContextTree ? stampSelection(tree, selected, asked) : undefined,
  )
  const [first, ...more] = stamps.filter(each => each !== undefined)
  if (!first || more.length + 1 < parts.length) return undefined
  if (more.length === 0) return first
  return {
    digest: digestOf([first, ...more].map(({ digest }) => digest).join(' ')),
    newestNs: [first, ...more].reduce((newest, { newestNs }) => (newestNs > newest ? newestNs : newest), 0n),
  }
}
