import type { Bytes } from '../oci/index.ts'

/** Every byte of a stream. */
export async function readAll(content: Bytes): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of content) chunks.push(chunk)
  return Buffer.concat(chunks)
}
