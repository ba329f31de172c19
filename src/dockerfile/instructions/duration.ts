/** Nanoseconds in a unit, as Go's time.ParseDuration has them. */
const UNITS: ReadonlyMap<string, number> = new Map([
  ['ns', 1],
  ['us', 1e3],
  ['\u00b5s', 1e3],
  ['\u03bcs', 1e3],
  ['ms', 1e6],
  ['s', 1e9],
  ['m', 60e9],
  ['h', 3600e9],
])
const LARGEST = 2 ** 63
const PART = /^(\d*)(?:\.(\d*))?(\D+?)(?=[\d.]|$)/

/** `1m30s`, `1.5h`, `-2ms`, `0` -> nanoseconds; a sentence about what is wrong otherwise. */
export function parseDuration(text: string): number | string {
  const signed = /^[+-]/.test(text)
  let rest = signed ? text.slice(1) : text
  if (rest === '0') return 0
  if (rest === '' || text.length > 100) return `invalid duration "${text.slice(0, 100)}"`
  let total = 0
  while (rest !== '') {
    if (/^(\d+\.?\d*|\.\d+)$/.test(rest)) return `missing unit in duration "${text}" (write ${text}s for seconds)`
    const match = PART.exec(rest)
    const [part = '', whole = '', fraction = '', name = ''] = match ?? []
    if (part === '' || (whole === '' && fraction === '')) return `invalid duration "${text}"`
    const unit = UNITS.get(name)
    if (unit === undefined) return `unknown unit "${name}" in duration "${text}"`
    total += Number(`${whole || '0'}.${fraction || '0'}`) * unit
    rest = rest.slice(part.length)
  }
  if (total >= LARGEST) return `invalid duration "${text}"`
  const nanoseconds = Math.trunc(total)
  return text.startsWith('-') ? -nanoseconds : nanoseconds
}
