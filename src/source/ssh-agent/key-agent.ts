import { readFileSync } from 'node:fs'
import {
  AGENT_FAILURE,
  AGENT_REQUEST_IDENTITIES,
  AGENT_SIGN_REQUEST,
  type SshAgent,
} from '../../base/ssh-agent-protocol.ts'
import { type AgentKey, parsePrivateKey } from './private-key.ts'
import { WireReader, wireString, wireUint32 } from './wire.ts'

const IDENTITIES_ANSWER = 12
const SIGN_RESPONSE = 14

/** An agent that has the private keys of these files, read at once, and keeps them in memory. Throws `SOURCE_BAD_KEY`. */
export function agentOfKeys(files: readonly string[]): SshAgent {
  const keys = files.map(file => parsePrivateKey(readFileSync(file, 'latin1'), file))
  const session = { ask: async (message: Uint8Array) => answer(keys, message), [Symbol.dispose]: () => undefined }
  return { open: async () => session }
}

function answer(keys: readonly AgentKey[], message: Uint8Array): Uint8Array {
  try {
    if (message[0] === AGENT_REQUEST_IDENTITIES) return identities(keys)
    if (message[0] === AGENT_SIGN_REQUEST) return signed(keys, new WireReader(message.subarray(1)))
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
  }
  return Uint8Array.of(AGENT_FAILURE)
}

function identities(keys: readonly AgentKey[]): Uint8Array {
  const list = keys.flatMap(({ blob, comment }) => [wireString(blob), wireString(comment)])
  return Buffer.concat([Buffer.of(IDENTITIES_ANSWER), wireUint32(keys.length), ...list])
}

function signed(keys: readonly AgentKey[], request: WireReader): Uint8Array {
  const blob = request.string()
  const data = request.string()
  const key = keys.find(each => each.blob.equals(blob))
  if (!key) return Uint8Array.of(AGENT_FAILURE)
  return Buffer.concat([Buffer.of(SIGN_RESPONSE), wireString(key.sign(data, request.uint32()))])
}
