import { createHash } from 'node:crypto'
import { type Bytes, type Descriptor, type Digest, digestAlgorithm } from '../oci/index.ts'
import { registryError } from './errors.ts'

/** Passes bytes through; the last chunk comes only if size and digest were right. */
export async function* verified(content: Bytes, expected: Descriptor, host: string): AsyncGenerator<Uint8Array> {
  const hash = createHash(digestAlgorithm(expected.digest))
  let held: Uint8Array | undefined
  let length = 0
  for await (const chunk of content) {
    length += chunk.length
    if (length > expected.size) throw wrongSize(expected, `more than ${expected.size}`, host)
    hash.update(chunk)
    if (held !== undefined) yield held
    held = chunk
  }
  if (length !== expected.size) throw wrongSize(expected, String(length), host)
  const actual: Digest = `${digestAlgorithm(expected.digest)}:${hash.digest('hex')}`
  if (actual !== expected.digest)
    throw registryError(
      'BLOB_DIGEST_MISMATCH',
      `reading blob from ${host}: expected ${expected.digest}, got ${actual}`,
      {
        facts: { host, digest: expected.digest, expected: expected.digest, actual },
      },
    )
  if (held !== undefined) yield held
}

/** The digest of bytes in the algorithm of another digest. */
export function digestLike(like: Digest, bytes: Uint8Array): Digest {
  const algorithm = digestAlgorithm(like)
  return `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`
}

export function wrongSize(expected: Descriptor, actual: string, host: string): Error {
  return registryError(
    'BLOB_SIZE_MISMATCH',
    `reading blob ${expected.digest} from ${host}: expected ${expected.size} bytes, got ${actual}`,
    {
      facts: { host, digest: expected.digest, expected: expected.size, actual },
    },
  )
}
