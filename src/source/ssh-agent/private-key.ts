import { createPrivateKey, type JsonWebKey, type KeyObject, sign } from 'node:crypto'
import { TareError } from '../../base/error.ts'
import type { SourceErrorCode } from '../errors.ts'
import { WireReader, wireInteger, wireString } from './wire.ts'

/** A private key that an agent signs with. */
export interface AgentKey {
  /** The public key as the protocol writes it. */
  readonly blob: Buffer
  readonly comment: string
  /** @param flags SSH_AGENT_RSA_SHA2_256 (2) or _512 (4); gives the signature as the protocol writes it */
  sign(data: Uint8Array, flags: number): Buffer
}

/**
 * Reads a private key file: OpenSSH's own form, or PEM (PKCS #1, PKCS #8, SEC 1). Throws `SOURCE_BAD_KEY` for what is none,
 * for a key of a kind that agents do not have, and for one that is locked with a passphrase.
 */
export function parsePrivateKey(text: string, name: string): AgentKey {
  try {
    const own = /-----BEGIN OPENSSH PRIVATE KEY-----([\sA-Za-z0-9+/=]+)-----END/.exec(text)
    return own ? openSshKey(Buffer.from(own[1] as string, 'base64'), name) : agentKey(createPrivateKey(text), name)
  } catch (error) {
    if (error instanceof TareError) throw error
    // Nothing of the text is told.
    const locked = /^Proc-Type:.*ENCRYPTED|BEGIN ENCRYPTED/m.test(text)
    throw locked ? lockedKey(name) : badKey(name, 'it is not a private key')
  }
}

const MAGIC = 'openssh-key-v1\0'

/** The format that PROTOCOL.key of OpenSSH describes. */
function openSshKey(bytes: Buffer, name: string): AgentKey {
  const reader = new WireReader(bytes)
  if (reader.bytes(MAGIC.length).toString('latin1') !== MAGIC) throw badKey(name, 'it is not a private key')
  const cipher = reader.text()
  reader.string()
  reader.string()
  if (cipher !== 'none') throw lockedKey(name)
  if (reader.uint32() !== 1) throw badKey(name, 'it holds more than one key')
  reader.string()
  const secret = new WireReader(reader.string())
  const checks = [secret.uint32(), secret.uint32()] as const
  if (checks[0] !== checks[1]) throw badKey(name, 'it is damaged')
  const key = createPrivateKey({ key: jsonWebKey(secret, name), format: 'jwk' })
  return agentKey(key, secret.text() || name)
}

function jsonWebKey(secret: WireReader, name: string): JsonWebKey {
  const type = secret.text()
  if (type === 'ssh-ed25519') return edwardsKey(secret)
  if (type === 'ssh-rsa') return rsaKey(secret)
  if (type.startsWith('ecdsa-sha2-')) return curveKey(secret, name)
  throw badKey(name, `keys of type ${JSON.stringify(type.slice(0, 40))} are not known`)
}

function edwardsKey(secret: WireReader): JsonWebKey {
  const x = secret.string()
  const d = secret.string().subarray(0, 32)
  return { kty: 'OKP', crv: 'Ed25519', x: base64(x), d: base64(d) }
}

function rsaKey(secret: WireReader): JsonWebKey {
  const [n, e, d, qi, p, q] = Array.from({ length: 6 }, () => secret.integer()) as [
    Buffer,
    Buffer,
    Buffer,
    Buffer,
    Buffer,
    Buffer,
  ]
  const without1 = (prime: Buffer): string => base64(bytesOf(numberOf(d) % (numberOf(prime) - 1n)))
  const parts = { n: base64(n), e: base64(e), d: base64(d), p: base64(p), q: base64(q), qi: base64(qi) }
  return { kty: 'RSA', ...parts, dp: without1(p), dq: without1(q) }
}

interface Curve {
  readonly crv: string
  readonly name: string
  readonly size: number
  readonly hash: string
}

const CURVES: readonly Curve[] = [
  { crv: 'P-256', name: 'nistp256', size: 32, hash: 'sha256' },
  { crv: 'P-384', name: 'nistp384', size: 48, hash: 'sha384' },
  { crv: 'P-521', name: 'nistp521', size: 66, hash: 'sha512' },
]

function curveKey(secret: WireReader, name: string): JsonWebKey {
  const wanted = secret.text()
  const curve = CURVES.find(each => each.name === wanted)
  const point = secret.string()
  const d = secret.integer()
  if (!curve || point.length !== 2 * curve.size + 1) throw badKey(name, 'its curve is not known')
  const x = point.subarray(1, 1 + curve.size)
  const y = point.subarray(1 + curve.size)
  return { kty: 'EC', crv: curve.crv, x: base64(x), y: base64(y), d: base64(padded(d, curve.size)) }
}

function agentKey(key: KeyObject, name: string): AgentKey {
  const jwk = key.export({ format: 'jwk' })
  if (jwk.kty === 'RSA') return rsaAgentKey(key, jwk, name)
  if (jwk.crv === 'Ed25519') {
    const blob = Buffer.concat([wireString('ssh-ed25519'), wireString(fromBase64(jwk.x))])
    return { blob, comment: name, sign: data => signature('ssh-ed25519', sign(null, data, key)) }
  }
  const curve = CURVES.find(each => each.crv === jwk.crv)
  if (jwk.kty === 'EC' && curve) return curveAgentKey(key, jwk, curve, name)
  throw badKey(name, 'expected an Ed25519, ECDSA or RSA key')
}

const SHA2_256 = 2
const SHA2_512 = 4

function rsaAgentKey(key: KeyObject, jwk: JsonWebKey, comment: string): AgentKey {
  const blob = Buffer.concat([wireString('ssh-rsa'), wireInteger(fromBase64(jwk.e)), wireInteger(fromBase64(jwk.n))])
  return {
    blob,
    comment,
    sign: (data, flags) => {
      if (flags & SHA2_512) return signature('rsa-sha2-512', sign('sha512', data, key))
      if (flags & SHA2_256) return signature('rsa-sha2-256', sign('sha256', data, key))
      return signature('ssh-rsa', sign('sha1', data, key))
    },
  }
}

/** RFC 5656. */
function curveAgentKey(key: KeyObject, jwk: JsonWebKey, curve: Curve, comment: string): AgentKey {
  const type = `ecdsa-sha2-${curve.name}`
  const point = Buffer.concat([Buffer.of(4), fromBase64(jwk.x), fromBase64(jwk.y)])
  return {
    blob: Buffer.concat([wireString(type), wireString(curve.name), wireString(point)]),
    comment,
    sign: data => {
      const both = sign(curve.hash, data, { key, dsaEncoding: 'ieee-p1363' })
      const [r, s] = [both.subarray(0, curve.size), both.subarray(curve.size)]
      return signature(type, Buffer.concat([wireInteger(r), wireInteger(s)]))
    },
  }
}

function signature(type: string, value: Uint8Array): Buffer {
  return Buffer.concat([wireString(type), wireString(value)])
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url')
}

function fromBase64(text: string | undefined): Buffer {
  return Buffer.from(text ?? '', 'base64url')
}

function padded(bytes: Buffer, size: number): Buffer {
  return Buffer.concat([Buffer.alloc(Math.max(0, size - bytes.length)), bytes])
}

function numberOf(bytes: Buffer): bigint {
  return BigInt(`0x${bytes.toString('hex') || '0'}`)
}

function bytesOf(value: bigint): Buffer {
  const hex = value.toString(16)
  return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex')
}

function badKey(name: string, cause: string): TareError<SourceErrorCode> {
  return new TareError<SourceErrorCode>('SOURCE_BAD_KEY', `reading the private key ${name}: ${cause}`)
}

function lockedKey(name: string): TareError<SourceErrorCode> {
  return new TareError<SourceErrorCode>('SOURCE_BAD_KEY', `reading the private key ${name}: it needs a passphrase`, {
    hint: 'Add it to an ssh-agent with ssh-add, and build with --ssh default.',
  })
}
