import { statSync } from 'node:fs'
import { messageOf } from '../../base/error.ts'
import type { SshAgent } from '../../base/ssh-agent-protocol.ts'
import { systemErrorWords } from '../../base/system-error.ts'
import { agentAtSocket, agentOfKeys } from '../../source/index.ts'
import { apiError } from '../errors.ts'
import type { Environment } from '../workspace.ts'
import type { SshSource } from './step-options.ts'

/** A build's ssh agents. Keys are read and sockets looked for at once. */
export function openAgents(
  sources: Readonly<Record<string, SshSource>>,
  env: Environment,
): (id: string) => SshAgent | undefined {
  const agents = new Map(Object.entries(sources).map(([id, source]) => [id, openAgent(id, source, env)]))
  return id => agents.get(id)
}

function openAgent(id: string, source: SshSource, env: Environment): SshAgent {
  if ('keys' in source) return opening(id, () => agentOfKeys(source.keys))
  const socket = source.socket ?? env['SSH_AUTH_SOCK']
  if (!socket)
    throw apiError('BUILD_INVALID_OPTION', `invalid --ssh ${id}: there is no agent: SSH_AUTH_SOCK is not set`, {
      hint: 'Start one with eval $(ssh-agent) and ssh-add, or name a key: --ssh default=~/.ssh/id_ed25519.',
    })
  return opening(id, () => {
    if (!statSync(socket).isSocket()) throw new Error(`${socket} is not a socket`)
    return agentAtSocket(socket)
  })
}

function opening(id: string, open: () => SshAgent): SshAgent {
  try {
    return open()
  } catch (error) {
    const message = `invalid --ssh ${id}: ${systemErrorWords(error) ?? messageOf(error)}`
    const hint = (error as { hint?: string }).hint
    throw apiError('BUILD_INVALID_OPTION', message, { cause: error, hint })
  }
}
