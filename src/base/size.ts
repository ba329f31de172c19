const UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB']

/** Bytes as Docker prints them: decimal units, three significant digits (`13.6MB`, `972MB`, `0B`). */
export function formatSize(bytes: number): string {
  let value = bytes
  let unit = 0
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000
    unit++
  }
  return `${Number(value.toPrecision(3))}${UNITS[unit]}`
}

/** `20MB`, `1.5g`, `512KiB`, `100` -> bytes (docker/go-units: a bare letter means binary for memory, decimal here). Undefined when malformed. */
export function parseSize(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*([kmgtp]?)(i?)b?$/i.exec(text.trim())
  if (!match) return undefined
  const power = ' kmgtp'.indexOf((match[2] || ' ').toLowerCase())
  return Math.round(Number(match[1]) * (match[3] ? 1024 : 1000) ** power)
}
