import { createHash, type Hash } from 'node:crypto'
import { TareError } from '../base/error.ts'

/** `algorithm:hex` (image-spec descriptor.md#digests). Tare computes sha256 only, and verifies sha256 and sha512. */
export type Digest = `${string}:${string}`

const HEX_LENGTH: Readonly<Record<string, number>> = { sha256: 64, sha512: 128 }

export function isDigest(text: string): text is Digest {
  const colon = text.indexOf(':')
  return HEX_LENGTH[text.slice(0, colon)] === text.length - colon - 1 && /^[0-9a-f]+$/.test(text.slice(colon + 1))
}

/** Throws `OCI_INVALID_DIGEST` for anything that is not a sha256 or sha512 digest in lower-case hex. */
export function parseDigest(text: string): Digest {
  if (isDigest(text)) return text
  throw new TareError('OCI_INVALID_DIGEST', `parsing digest ${JSON.stringify(text)}: expected sha256:<64 hex digits>`)
}

/** The hex part: what blobs are named by. */
export function digestHex(digest: Digest): string {
  return digest.slice(digest.indexOf(':') + 1)
}

export function digestAlgorithm(digest: Digest): string {
  return digest.slice(0, digest.indexOf(':'))
}

export function digestOf(content: Uint8Array | string): Digest {
  return finishDigest(createHash('sha256').update(content))
}

export function finishDigest(hash: Hash): Digest {
  return `sha256:${hash.digest('hex')}`
}

/**
 * The chain ID of a stack of layers (image-spec config.md#layer-chainid): equal chain IDs mean equal root file systems.
 * Undefined for the empty stack (`scratch`).
 */
export function chainIdOf(diffIds: readonly Digest[]): Digest | undefined {
  let chain: Digest | undefined
  for (const diffId of diffIds) chain = childChainId(chain, diffId)
  return chain
}

export function childChainId(parent: Digest | undefined, diffId: Digest): Digest {
  return parent === undefined ? diffId : digestOf(`${parent} ${diffId}`)
}
