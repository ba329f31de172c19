import type { ContentRecord } from '../../cache/index.ts'
import type { TreeView } from '../../layer/index.ts'
import type { Digest } from '../../oci/index.ts'
import type { CopyOp } from '../../plan/index.ts'
import type { FileDigests } from '../../store/index.ts'
import { ContextTree } from '../context-tree.ts'
import { contentOf } from './content.ts'
import { digestFiles } from './digest-files.ts'
import { missingSource } from './missing-source.ts'
import { type SelectedSource, selectSources } from './select.ts'
import { SelectionDigests } from './selection-digests.ts'
import { type SelectionStamps, stampSelection } from './stamps.ts'

/** What COPY or ADD selects, walked once, and what is known of its content by now. */
export class Selection {
  readonly tree: TreeView
  readonly sources: readonly SelectedSource[]
  readonly digests: SelectionDigests
  readonly #op: CopyOp
  readonly #cache: FileDigests
  readonly #stamps: SelectionStamps | undefined
  readonly #walkedAtMs: number
  #content: ContentRecord | undefined

  private constructor(tree: TreeView, sources: readonly SelectedSource[], op: CopyOp, cache: FileDigests, at: number) {
    this.tree = tree
    this.sources = sources
    this.digests = new SelectionDigests(cache)
    this.#op = op
    this.#cache = cache
    this.#walkedAtMs = at
    const asked = `1 chmod=${op.chmod !== undefined}\n`
    this.#stamps = tree instanceof ContextTree ? stampSelection(tree, sources, asked) : undefined
  }

  /** Throws `ENGINE_SOURCE_NOT_FOUND`. */
  static async of(tree: TreeView, op: CopyOp, cache: FileDigests, signal: AbortSignal): Promise<Selection> {
    const at = Date.now()
    const sources = await selectSources(tree, op.sources, op.excludes, missingSource(tree, op), signal)
    return new Selection(tree, sources, op, cache, at)
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
    for (const { entries } of this.sources) await digestFiles(this.tree, entries, this.digests, signal)
    const content = await contentOf(this.tree, this.sources, this.#op, this.digests)
    if (this.#stamps) {
      const { digest: stamps, newestNs } = this.#stamps
      this.#cache.putSelection({ stamps, digest: content.digest, newestNs, hashedAtMs: this.#walkedAtMs })
    }
    return content
  }
}
