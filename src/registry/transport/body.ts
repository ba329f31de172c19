import { registryError } from '../errors.ts'
import type { HttpResponse } from './http.ts'

/** Reads a whole body into memory, at most `maxBytes` of it. Throws `REGISTRY_TOO_LARGE` and closes the connection beyond that. */
export async function readBody(response: HttpResponse, what: string, maxBytes: number): Promise<Uint8Array> {
  if (Number(response.headers['content-length'] ?? 0) > maxBytes) {
    await response.discard()
    throw tooLarge(response, what, maxBytes)
  }
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of response.body) {
    length += chunk.length
    if (length > maxBytes) throw tooLarge(response, what, maxBytes)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks, length)
}

function tooLarge(response: HttpResponse, what: string, maxBytes: number): Error {
  return registryError(
    'REGISTRY_TOO_LARGE',
    `fetching ${what} from ${response.url.host}: larger than ${maxBytes} bytes`,
    {
      facts: { host: response.url.host, expected: maxBytes },
    },
  )
}
