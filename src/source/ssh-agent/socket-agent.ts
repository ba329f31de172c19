import { connect, type Socket } from 'node:net'
import { AgentMessages, framed, type SshAgent, type SshAgentSession } from '../../base/ssh-agent-protocol.ts'

/** The agent that listens on a Unix socket. */
export function agentAtSocket(path: string): SshAgent {
  return { open: () => openSession(path) }
}

function openSession(path: string): Promise<SshAgentSession> {
  return new Promise((resolve, reject) => {
    const socket = connect(path)
    socket.once('error', reject)
    socket.once('connect', () => {
      socket.off('error', reject)
      resolve(new SocketSession(socket))
    })
  })
}

/** Questions are asked one after the other: answers have no other order. */
class SocketSession implements SshAgentSession {
  readonly #socket: Socket
  readonly #messages = new AgentMessages()
  readonly #waiting: PromiseWithResolvers<Uint8Array>[] = []

  constructor(socket: Socket) {
    this.#socket = socket
    socket.on('data', chunk => this.#take(chunk))
    socket.on('error', error => this.#fail(error))
    socket.on('close', () => this.#fail(new Error('the agent has closed the connection')))
  }

  ask(message: Uint8Array): Promise<Uint8Array> {
    const answer = Promise.withResolvers<Uint8Array>()
    this.#waiting.push(answer)
    this.#socket.write(framed(message))
    return answer.promise
  }

  [Symbol.dispose](): void {
    this.#socket.destroy()
  }

  #take(chunk: Uint8Array): void {
    try {
      for (const message of this.#messages.push(chunk)) this.#waiting.shift()?.resolve(Buffer.from(message))
    } catch (error) {
      this.#fail(error)
      this.#socket.destroy()
    }
  }

  #fail(error: unknown): void {
    for (const answer of this.#waiting.splice(0)) answer.reject(error)
  }
}
