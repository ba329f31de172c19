/** Tests one character, given as a code point. */
export type CharacterSet = (codePoint: number) => boolean

/** One element of a wildcard pattern. */
export type GlobToken =
  | { readonly kind: 'character'; readonly codePoint: number }
  | { readonly kind: 'set'; readonly has: CharacterSet }
  /** Any number of characters of the set, none included. */
  | { readonly kind: 'repeat'; readonly has: CharacterSet }
  /** Nothing, or characters of the set up to and including a slash. */
  | { readonly kind: 'directories'; readonly has: CharacterSet }
  /** No character: the start of the text, and nowhere else. */
  | { readonly kind: 'start' }

/** Where matches that start at a given place end; both ends are exclusive. */
export interface MatchEnds {
  readonly shortest: number
  readonly longest: number
}

const SLASH = 0x2f

/**
 * Matches a wildcard pattern by walking all its states at once, so that time is at most (length of the text) times
 * (length of the pattern), whatever the pattern: a pattern from a hostile Dockerfile cannot make it backtrack.
 * Not reentrant, but neither does it call anything.
 */
export class GlobAutomaton {
  readonly #tokens: readonly GlobToken[]
  /** State `2i` stands before token i; `2i + 1` inside token i, when it spans directories. */
  #active: Int32Array
  #next: Int32Array
  readonly #mark: Int32Array
  #activeCount = 0
  #nextCount = 0
  #generation = 0
  #atStart = false

  constructor(written: readonly GlobToken[]) {
    const tokens = withoutRepeats(written)
    this.#tokens = tokens
    const states = 2 * tokens.length + 2
    this.#active = new Int32Array(states)
    this.#next = new Int32Array(states)
    this.#mark = new Int32Array(states)
  }

  /** Whether the whole text matches. */
  matches(text: string): boolean {
    this.#start()
    for (let at = 0; at < text.length && this.#activeCount > 0; ) {
      const codePoint = text.codePointAt(at) ?? 0
      at += codePoint > 0xffff ? 2 : 1
      this.#step(codePoint, false)
    }
    return this.#accepts()
  }

  /** The ends of the matches that start at `from`, undefined when there is none. */
  endsFrom(text: readonly number[], from: number): MatchEnds | undefined {
    this.#start()
    let shortest = this.#accepts() ? from : -1
    let longest = shortest
    for (let at = from; at < text.length && this.#activeCount > 0; at++) {
      this.#step(text[at] ?? 0, false)
      if (!this.#accepts()) continue
      longest = at + 1
      if (shortest < 0) shortest = longest
    }
    return longest < 0 ? undefined : { shortest, longest }
  }

  /** For every place 0 ... length: whether a match that started anywhere before it, or there, ends there. */
  endings(text: readonly number[]): boolean[] {
    this.#start()
    const found = [this.#accepts()]
    for (const codePoint of text) {
      this.#step(codePoint, true)
      found.push(this.#accepts())
    }
    return found
  }

  #start(): void {
    this.#nextCount = 0
    this.#generation++
    this.#atStart = true
    this.#enter(0)
    this.#atStart = false
    this.#swap()
  }

  #step(codePoint: number, floating: boolean): void {
    this.#nextCount = 0
    this.#generation++
    for (let i = 0; i < this.#activeCount; i++) this.#advance(this.#active[i] ?? 0, codePoint)
    if (floating) this.#enter(0)
    this.#swap()
  }

  #advance(state: number, codePoint: number): void {
    const token = this.#tokens[state >> 1]
    if (token === undefined) return
    switch (token.kind) {
      case 'character':
        if (token.codePoint === codePoint) this.#enter(state + 2)
        break
      case 'set':
        if (token.has(codePoint)) this.#enter(state + 2)
        break
      case 'repeat':
        if (token.has(codePoint)) this.#enter(state)
        break
      case 'directories':
        if (codePoint === SLASH) this.#enter((state & ~1) + 2)
        if (token.has(codePoint)) this.#add(state | 1)
    }
  }

  /** Adds a state and those that are reached from it without a character. */
  #enter(state: number): void {
    for (let at = state; this.#add(at); at += 2) {
      const kind = this.#tokens[at >> 1]?.kind
      if (kind !== 'repeat' && kind !== 'directories' && !(kind === 'start' && this.#atStart)) return
    }
  }

  #add(state: number): boolean {
    if (this.#mark[state] === this.#generation) return false
    this.#mark[state] = this.#generation
    this.#next[this.#nextCount++] = state
    return true
  }

  #swap(): void {
    const used = this.#active
    this.#active = this.#next
    this.#activeCount = this.#nextCount
    this.#next = used
  }

  #accepts(): boolean {
    return this.#mark[2 * this.#tokens.length] === this.#generation
  }
}

/** Two `*` in a row mean what one means; left in, thousands of them would all be walked at every character. */
function withoutRepeats(tokens: readonly GlobToken[]): GlobToken[] {
  return tokens.filter((token, i) => {
    const before = tokens[i - 1]
    if (token.kind !== 'repeat' && token.kind !== 'directories') return true
    return before?.kind !== token.kind || before.has !== token.has
  })
}
