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
  const text = (header ?? '').slice(0, MAX_LENGTH)
  const found: { scheme: string; parameters: Record<string, string> }[] = []
  let at = 0
  const skip = (pattern: RegExp): void => {
    pattern.lastIndex = at
    if (pattern.test(text)) at = pattern.lastIndex
  }
  const take = (pattern: RegExp): RegExpExecArray | undefined => {
    pattern.lastIndex = at
    const match = pattern.exec(text)
    if (!match) return undefined
    at = pattern.lastIndex
    return match
  }
  for (;;) {
    skip(/[\s,]*/y)
    const word = take(TOKEN)?.[0]
    if (word === undefined) return found
    skip(/[ \t]*/y)
    const current = found.at(-1)
    if (text[at] !== '=' || current === undefined) {
      found.push({ scheme: word.toLowerCase(), parameters: Object.create(null) })
      continue
    }
    at++
    skip(/[ \t]*/y)
    const quoted = take(QUOTED)
    const value = quoted ? quoted[1]?.replace(/\\(.)/g, '$1') : take(TOKEN)?.[0]
    if (value === undefined) return found
    current.parameters[word.toLowerCase()] ??= value
  }
}
