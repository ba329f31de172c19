interface Entry {
  readonly from: number
  readonly value: string | undefined
  readonly isEnv: boolean
}

/** The variables of a stage over time: what a name stood for when instruction number `at` was reached. */
export class Variables {
  readonly #parent: Variables | undefined
  readonly #entries = new Map<string, Entry[]>()

  constructor(parent?: Variables) {
    this.#parent = parent
  }

  /** ENV, from instruction `from` on; calls come in order. An undefined value is one that nobody knows. */
  set(name: string, value: string | undefined, from: number): void {
    this.#add(name, { from, value, isEnv: true })
  }

  /** ARG: says nothing where ENV has spoken before. */
  declare(name: string, value: string | undefined, from: number): void {
    if (!this.#find(name, Number.POSITIVE_INFINITY)?.isEnv) this.#add(name, { from, value, isEnv: false })
  }

  /** Undefined where it is not set or not known. */
  get(name: string, at = Number.POSITIVE_INFINITY): string | undefined {
    return this.#find(name, at)?.value
  }

  #add(name: string, entry: Entry): void {
    const entries = this.#entries.get(name)
    if (entries) entries.push(entry)
    else this.#entries.set(name, [entry])
  }

  #find(name: string, at: number): Entry | undefined {
    const own = this.#entries.get(name)?.findLast(({ from }) => from <= at)
    if (own) return own
    for (let above = this.#parent; above; above = above.#parent) {
      const found = above.#entries.get(name)?.at(-1)
      if (found) return found
    }
    return undefined
  }
}
