const UNITS = ['', 'k', 'm', 'g', 't', 'p']

/** A number of bytes as Docker reads it, units of 1024: `64`, `64m`, `1.5 GiB`; undefined for anything else. */
export function parseBytes(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?) ?([kmgtp]?)(?:i?b)?$/i.exec(text)
  if (!match) return undefined
  const bytes = Math.floor(Number(match[1]) * 1024 ** UNITS.indexOf((match[2] ?? '').toLowerCase()))
  return Number.isSafeInteger(bytes) ? bytes : undefined
}
