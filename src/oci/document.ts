import { messageOf, TareError } from '../base/error.ts'
import { decodeText } from '../base/text.ts'
import { type Decoder, invalid } from './decode.ts'
import type { OciErrorCode } from './errors.ts'

/** Largest manifest or index taken, in bytes (distribution-spec: registries take at least 4 MiB). */
export const MAX_MANIFEST_BYTES = 4 * 1024 * 1024
/** Largest image config taken, in bytes. */
export const MAX_CONFIG_BYTES = 8 * 1024 * 1024

/** Parses untrusted JSON of at most `maxBytes`; errors say which document (`what`) and field. */
export function decodeDocument<T>(what: string, bytes: Uint8Array, maxBytes: number, decode: Decoder<T>): T {
  if (bytes.length > maxBytes)
    throw new TareError<OciErrorCode>(
      'OCI_DOCUMENT_TOO_LARGE',
      `decoding ${what}: expected at most ${maxBytes} bytes, got ${bytes.length}`,
      { facts: { expected: maxBytes, actual: bytes.length } },
    )
  try {
    return decode(parseJson(bytes), '')
  } catch (error) {
    if (!(error instanceof TareError)) throw error
    throw new TareError(error.code, `decoding ${what}: ${error.message}`, { facts: error.facts })
  }
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(decodeText(bytes))
  } catch (error) {
    throw invalid('', `not JSON: ${messageOf(error).slice(0, 120)}`)
  }
}
