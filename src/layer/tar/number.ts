/** A number field of a tar header: octal digits, or GNU's base-256 when the first bit is set. Undefined when it is neither. */
export function parseNumberField(block: Uint8Array, start: number, length: number): number | undefined {
  const first = block[start] ?? 0
  return first & 0x80 ? parseBase256(block, start, length) : parseOctal(block, start, length)
}

/** Spaces or zeros before, digits, then a space or NUL; an empty field is 0. */
function parseOctal(block: Uint8Array, start: number, length: number): number | undefined {
  const end = start + length
  let at = start
  while (at < end && (block[at] === 0x20 || block[at] === 0)) at++
  let value = 0
  for (; at < end; at++) {
    const digit = (block[at] ?? 0) - 0x30
    if (digit < 0 || digit > 7) break
    value = value * 8 + digit
  }
  if (at < end && block[at] !== 0 && block[at] !== 0x20) return undefined
  return Number.isSafeInteger(value) ? value : undefined
}

/** Big-endian two's complement; the topmost bit only marks the encoding, the next one is the sign. */
function parseBase256(block: Uint8Array, start: number, length: number): number | undefined {
  const negative = ((block[start] ?? 0) & 0x40) !== 0
  let value = BigInt(negative ? (block[start] ?? 0) | -0x80 : (block[start] ?? 0) & 0x7f)
  for (let i = 1; i < length; i++) value = value * 256n + BigInt(block[start + i] ?? 0)
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : undefined
}

/** Decimal digits as PAX numbers and GNU sparse maps have them; undefined for anything else or beyond 2^53. */
export function parseDecimal(text: string): number | undefined {
  if (!/^\d{1,16}$/.test(text)) return undefined
  const value = Number(text)
  return Number.isSafeInteger(value) ? value : undefined
}

/** PAX time: `-12.5` -> -13, whole seconds rounded down. */
export function parsePaxTime(text: string): number | undefined {
  if (!/^-?\d{1,16}(\.\d*)?$/.test(text)) return undefined
  const value = Math.floor(Number(text))
  return Number.isSafeInteger(value) ? value : undefined
}
