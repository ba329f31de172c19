/** A row of build_cases.jsonl: builds in turn, with what is expected of each. */
export interface BuildCase {
  readonly name: string
  readonly source: string
  readonly steps: readonly BuildStep[]
  /** What could not be carried over from the public suite. */
  readonly notes: readonly string[]
}

export interface BuildStep {
  readonly context: readonly Entry[] | null
  /** The Dockerfile's folder where it is not the context. */
  readonly dockerfile_dir?: readonly Entry[]
  readonly named_local_dirs?: Readonly<Record<string, readonly Entry[]>>
  /** Frontend attributes; `cli` has most of them as flags. */
  readonly attrs: Readonly<Record<string, unknown>>
  readonly cli: readonly string[]
  readonly output: { readonly type: 'local' | 'image' | 'oci'; readonly attrs: Readonly<Record<string, string>> } | null
  readonly expect: 'ok' | 'error'
  readonly asserts: readonly Assertion[]
}

export type Entry =
  | { readonly op: 'file'; readonly path: string; readonly data: string | TarData | Uncarried; readonly mode: number }
  | { readonly op: 'dir' | 'socket'; readonly path: string; readonly mode: number }
  | { readonly op: 'symlink'; readonly path: string; readonly target: string }

export interface TarData {
  readonly tar: readonly {
    readonly name: string
    readonly type: string
    readonly mode: number
    readonly link?: string
  }[]
}

/** An expression of the public suite that is not a constant. */
export interface Uncarried {
  readonly $go: string
}

export interface Assertion {
  readonly path?: string
  readonly exists?: boolean
  readonly content?: {
    readonly op: 'eq' | 'contains' | 'not_contains'
    readonly value: string
    readonly trim?: boolean
  }
  readonly stat?: { readonly field: string; readonly op: 'eq'; readonly value: unknown }
  readonly image?: { readonly doc: string; readonly field: string; readonly op: string; readonly value: unknown }
  readonly same_as?: { readonly step_path: string; readonly earlier_path: string }
  readonly op?: 'eq' | 'ne'
}

/** Says why a case cannot be run; such a case is not scored. */
export class NotRunnable extends Error {}
