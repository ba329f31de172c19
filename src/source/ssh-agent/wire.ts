/** Strings of the SSH protocol (RFC 4251, section 5): a length and bytes. */
export class WireReader {
  readonly #bytes: Buffer
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes)
  }

  get left(): number {
    return this.#bytes.length - this.#at
  }

  /** Throws a RangeError when there is less. */
  bytes(length: number): Buffer {
    if (length > this.left) throw new RangeError('expected more bytes')
    this.#at += length
    return this.#bytes.subarray(this.#at - length, this.#at)
  }

  uint32(): number {
    return this.bytes(4).readUInt32BE(0)
  }

  string(): Buffer {
    return this.bytes(this.uint32())
  }

  text(): string {
    return this.string().toString('latin1')
  }

  /** A positive mpint without its leading zeros. */
  integer(): Buffer {
    const value = this.string()
    let start = 0
    while (start < value.length && value[start] === 0) start++
    return value.subarray(start)
  }
}

export function wireUint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

export function wireString(value: string | Uint8Array): Buffer {
  const bytes = Buffer.from(value as string)
  return Buffer.concat([wireUint32(bytes.length), bytes])
}

/** A positive number, big-endian, as an mpint. */
export function wireInteger(value: Uint8Array): Buffer {
  let start = 0
  while (start < value.length && value[start] === 0) start++
  const digits = value.subarray(start)
  const signed = digits.length > 0 && (digits[0] as number) >= 0x80
  return wireString(signed ? Buffer.concat([Buffer.of(0), digits]) : digits)
}
