/** Shorter ones would turn every other line of output into stars. */
const SHORTEST = 8
const STARS = Buffer.from('****')

/** Output in which secrets are replaced by stars, wherever chunks begin and end. */
export interface Redactor {
  push(chunk: Uint8Array): void
  /** Passes on what was held back because a secret could have begun there. */
  end(): void
}

/** What a value may look like in output: as it is, without the line end it is often kept with, and by the line. */
export function redactable(values: readonly Uint8Array[]): Buffer[] {
  const forms = values.flatMap(value => {
    const text = Buffer.from(value).toString('latin1')
    return [text, text.trim(), ...text.split(/\r?\n/).map(line => line.trim())]
  })
  const long = [...new Set(forms)].filter(form => form.length >= SHORTEST)
  return long.sort((a, b) => b.length - a.length).map(form => Buffer.from(form, 'latin1'))
}

export function redactor(secrets: readonly Buffer[], sink: (chunk: Uint8Array) => void): Redactor {
  if (secrets.length === 0) return { push: sink, end: () => undefined }
  let held: Buffer = Buffer.alloc(0)
  return {
    push(chunk) {
      const text = Buffer.concat([held, chunk])
      const { shown, rest } = withoutSecrets(text, secrets, text.length - unfinished(text, secrets))
      held = rest
      if (shown.length > 0) sink(shown)
    },
    end() {
      if (held.length > 0) sink(withoutSecrets(held, secrets, held.length).shown)
      held = Buffer.alloc(0)
    },
  }
}

/** From `end` on a secret may go on in what comes next, even one that begins with another. */
function withoutSecrets(text: Buffer, secrets: readonly Buffer[], end: number): { shown: Buffer; rest: Buffer } {
  const parts: Buffer[] = []
  let at = 0
  for (let next = firstOf(text, secrets, at); next && next.start < end; next = firstOf(text, secrets, at)) {
    parts.push(text.subarray(at, next.start), STARS)
    at = next.start + next.length
  }
  return { shown: Buffer.concat([...parts, text.subarray(at, end)]), rest: text.subarray(Math.max(at, end)) }
}

/** The secret that begins first, of those that do the longest. */
function firstOf(
  text: Buffer,
  secrets: readonly Buffer[],
  from: number,
): { start: number; length: number } | undefined {
  let first: { start: number; length: number } | undefined
  for (const secret of secrets) {
    const start = text.indexOf(secret, from)
    if (start >= 0 && (first === undefined || start < first.start)) first = { start, length: secret.length }
  }
  return first
}

/** How many bytes at the end may be the beginning of a secret. */
function unfinished(text: Buffer, secrets: readonly Buffer[]): number {
  let longest = 0
  for (const secret of secrets)
    for (let length = Math.min(secret.length - 1, text.length); length > longest; length--)
      if (text.subarray(text.length - length).equals(secret.subarray(0, length))) longest = length
  return longest
}
