/** An ssh agent that a build may use (`--ssh`). */
export interface SshAgent {
  /** Connects; a session is closed by disposing of it. */
  open(): Promise<SshAgentSession>
}

/** One client's conversation with an agent (draft-ietf-sshm-ssh-agent). */
export interface SshAgentSession extends Disposable {
  /** Sends a message, type byte first and without its length, and resolves to the answer in the same form. */
  ask(message: Uint8Array): Promise<Uint8Array>
}

export const AGENT_FAILURE = 5
export const AGENT_REQUEST_IDENTITIES = 11
export const AGENT_SIGN_REQUEST = 13

/** No key or signature is nearly as long. */
const MAX_MESSAGE = 256 * 1024

/** Messages of the agent protocol out of a stream of bytes, each without its length. Throws for one that is too long. */
export class AgentMessages {
  #pending = Buffer.alloc(0)

  push(chunk: Uint8Array): Buffer[] {
    const messages: Buffer[] = []
    this.#pending = Buffer.concat([this.#pending, chunk])
    while (this.#pending.length >= 4) {
      const length = this.#pending.readUInt32BE(0)
      if (length > MAX_MESSAGE)
        throw new RangeError(`expected a message of ${MAX_MESSAGE} bytes at most, got ${length}`)
      if (this.#pending.length < 4 + length) break
      messages.push(this.#pending.subarray(4, 4 + length))
      this.#pending = this.#pending.subarray(4 + length)
    }
    return messages
  }
}

export function framed(message: Uint8Array): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(message.length)
  return Buffer.concat([length, message])
}
