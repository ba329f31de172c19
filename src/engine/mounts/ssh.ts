import { once } from 'node:events'
import { chmodSync, chownSync, closeSync, mkdtempSync, openSync, rmSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import {
  AGENT_FAILURE,
  AGENT_REQUEST_IDENTITIES,
  AGENT_SIGN_REQUEST,
  AgentMessages,
  framed,
  type SshAgent,
  type SshAgentSession,
} from '../../base/ssh-agent-protocol.ts'
import type { PlannedSsh } from '../../plan/index.ts'
import { engineError } from '../errors.ts'
import type { MountContext, MountSource } from './mount-source.ts'

/** A socket that leads to an agent of the builder's. Without one there is nothing at the target. Throws `ENGINE_MISSING_SECRET`. */
export async function sshSources(mount: PlannedSsh, context: MountContext): Promise<MountSource[]> {
  const { id, target, required, mode, uid, gid } = mount
  const agent = context.environment.sshAgent(id)
  if (!agent) {
    if (required) throw missing(id)
    return []
  }
  const directory = mkdtempSync(join(context.environment.scratch, 'ssh-'))
  const source = join(directory, 'agent')
  context.stack.defer(() => rmSync(directory, { recursive: true, force: true }))
  context.stack.use(await serveAgent(agent, directory))
  chownSync(source, uid, gid)
  chmodSync(source, mode)
  const place = (destination: string) => ({ type: 'bind', source, destination }) as const
  return [{ target, isFile: true, tree: undefined, place }]
}

function missing(id: string): Error {
  return engineError('ENGINE_MISSING_SECRET', `mounting ssh agent ${id}: the build was not given it`, {
    hint: `Build with --ssh ${id}${id === 'default' ? '' : '=SOCKET_OR_KEY'}.`,
    facts: { id },
  })
}

/** Listens as `agent` in a directory until it is disposed of. A socket's path may have some 100 bytes only, so it is named by a descriptor. */
export async function serveAgent(agent: SshAgent, directory: string): Promise<AsyncDisposable> {
  const clients = new Set<Socket>()
  const server = createServer(client => {
    clients.add(client)
    client.once('close', () => clients.delete(client))
    void answerClient(client, agent)
  })
  const fd = openSync(directory, 'r')
  try {
    await listening(server, `/proc/self/fd/${fd}/agent`)
  } finally {
    closeSync(fd)
  }
  return {
    async [Symbol.asyncDispose]() {
      for (const client of clients) client.destroy()
      await new Promise<void>(resolve => server.close(() => resolve()))
    },
  }
}

function listening(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(path, () => resolve())
  })
}

/**
 * A client gets lists of keys and signatures; whatever else it asks for is refused without asking the agent. One question
 * is answered after the other, and none is read before the last answer is taken.
 */
async function answerClient(client: Socket, agent: SshAgent): Promise<void> {
  const session = agent.open()
  // It is answered with a refusal when somebody asks.
  session.catch(() => undefined)
  try {
    const messages = new AgentMessages()
    for await (const chunk of client)
      for (const message of messages.push(chunk as Buffer)) {
        const allowed = message[0] === AGENT_REQUEST_IDENTITIES || message[0] === AGENT_SIGN_REQUEST
        const reply = allowed ? await answerOf(session, message) : REFUSED
        if (!client.write(framed(reply))) await Promise.race([once(client, 'drain'), once(client, 'close')])
      }
  } catch {
    // A client that breaks off or makes no sense.
  } finally {
    client.destroy()
    await session.then(
      open => open[Symbol.dispose](),
      () => undefined,
    )
  }
}

const REFUSED = Uint8Array.of(AGENT_FAILURE)

/** An agent that is gone refuses everything. */
async function answerOf(session: Promise<SshAgentSession>, message: Uint8Array): Promise<Uint8Array> {
  try {
    return await (await session).ask(message)
  } catch {
    return REFUSED
  }
}
