/** The variables of a stage over time: what a name stood for when instruction number `at` was reached. */
export class Variables {
  readonly #parent: Variables | undefined
  readonly #values = new Map<string, { readonly from: number; readonly value: string | undefined }[]>()

  constructor(parent?: Variables) {
    this.#parent = parent
  }

  /** From instruction `from` on; calls come in order. An undefined value is one that nobody knows. */
  set(name: string, value: string | undefined, from: number): void {
    const values = this.#values.get(name)
    if (values) values.push({ from, value })
    else this.#values.set(name, [{ from, value }])
  }

  /** Undefined where it is not set or not known. */
  get(name: string, at = Number.POSITIVE_INFINITY): string | undefined {
    const own = this.#values.get(name)?.findLast(({ from }) => from <= at)
    if (own) return own.value
    for (let above = this.#parent; above; above = above.#parent) {
      const found = above.#values.get(name)?.at(-1)
      if (found) return found.value
    }
    return undefined
  }
}
