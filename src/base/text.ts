/**
 * Names, paths and Dockerfile texts are bytes that are nearly always UTF-8. They are held as ordinary strings in which
 * a byte that is not part of valid UTF-8 stands as the lone surrogate U+DC00 + byte (Python's `surrogateescape`), so
 * that every byte string survives the way in and out, prints, and serves as a map key.
 */

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Bytes to text; never fails, `encodeText` gives the same bytes back. */
export function decodeText(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes)
  } catch {
    return decodeLossless(bytes)
  }
}

/** Text to bytes, the inverse of `decodeText`. */
export function encodeText(text: string): Buffer {
  return text.isWellFormed() ? Buffer.from(text, 'utf8') : encodeLossless(text)
}

/** A path in the form node:fs takes: the string itself, or a Buffer when it is not valid UTF-8. */
export function toFsPath(path: string): string | Buffer {
  return path.isWellFormed() ? path : encodeLossless(path)
}

/** Byte order, the order of canonical layers (UTF-16 order differs beyond the basic plane). */
export function compareText(a: string, b: string): number {
  if (a === b) return 0
  const n = Math.min(a.length, b.length)
  for (let i = 0; i < n; i++) {
    const x = a.charCodeAt(i)
    const y = b.charCodeAt(i)
    if (x === y) continue
    if (x < 0xd800 && y < 0xd800) return x - y
    return Buffer.compare(encodeText(a), encodeText(b))
  }
  return a.length - b.length
}

function decodeLossless(bytes: Uint8Array): string {
  let out = ''
  let i = 0
  while (i < bytes.length) {
    const n = sequenceLength(bytes, i)
    if (n > 0) {
      out += utf8.decode(bytes.subarray(i, i + n))
      i += n
    } else {
      out += String.fromCharCode(0xdc00 + (bytes[i] ?? 0))
      i += 1
    }
  }
  return out
}

/** Length of the valid UTF-8 sequence at `i`, 0 when there is none. */
function sequenceLength(bytes: Uint8Array, i: number): number {
  const lead = bytes[i] ?? 0
  const n = lead < 0x80 ? 1 : lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0
  if (n === 0 || i + n > bytes.length) return 0
  try {
    utf8.decode(bytes.subarray(i, i + n))
    return n
  } catch {
    return 0
  }
}

function encodeLossless(text: string): Buffer {
  const parts: Buffer[] = []
  let plain = 0
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit >= 0xd800 && unit < 0xdc00 && i + 1 < text.length && isLow(text.charCodeAt(i + 1))) {
      i++
      continue
    }
    if (unit >= 0xdc80 && unit <= 0xdcff) {
      parts.push(Buffer.from(text.slice(plain, i), 'utf8'), Buffer.of(unit & 0xff))
      plain = i + 1
    }
  }
  parts.push(Buffer.from(text.slice(plain), 'utf8'))
  return Buffer.concat(parts)
}

function isLow(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff
}
