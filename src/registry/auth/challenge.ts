/** One challenge of a WWW-Authenticate header (RFC 9110 11.6.1): scheme in lower case, parameter names too. */
export interface Challenge {
  readonly scheme: string
  readonly parameters: Readonly<Record<string, string>>
}

const TOKEN = /[!#$%&'*+.^_`|~0-9A-Za-z-]+/y
const QUOTED = /"((?:[^"\\]|\\.)*)"/y
const MAX_LENGTH = 8192

/** Reads the challenges in order. Never throws: what is malformed ends the list, for the header comes from outside. */
export function parseChallenges(header: string | undefined): Challenge[] {
  const found: { scheme: string; parameters: Record<string, string> }[] = []
  const scanner = new Scanner((header ?? '').slice(0, MAX_LENGTH))
  for (;;) {
    scanner.take(/[\s,]*/y)
    const word = scanner.take(TOKEN)?.[0].toLowerCase()
    if (word === undefined) return found
    const current = found.at(-1)
    if (current === undefined || scanner.take(/[ \t]*=[ \t]*/y) === undefined) {
      found.push({ scheme: word, parameters: Object.create(null) })
      continue
    }
    const value = scanner.takeValue()
    if (value === undefined) return found
    current.parameters[word] ??= value
  }
}

class Scanner {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  /** What the sticky pattern finds here, undefined when it does not fit. */
  take(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at
    const match = pattern.exec(this.#text)
    if (match) this.#at = pattern.lastIndex
    return match ?? undefined
  }

  takeValue(): string | undefined {
    const quoted = this.take(QUOTED)
    return quoted ? quoted[1]?.replace(/\\(.)/g, '$1') : this.take(TOKEN)?.[0]
  }
}
