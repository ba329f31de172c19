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
