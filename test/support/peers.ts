import { existsSync, mkdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { type CommandOptions, type CommandResult, runCommand, runOrThrow } from '../../scripts/command.ts'
import { SHARED } from './shared.ts'

/** The root in which other builders live (../shared/tools/peers); a folder below `work` has the same path in there. */
export const PEERS = process.env['PEERS'] || join(homedir(), '.cache/tare-peers')

/** Where the peers look up docker.io names. */
export const PEERS_REGISTRY = process.env['REGISTRY'] || '127.0.0.1:5000'

/** A folder that Tare and the peers see under the same path; made when it is missing. */
export function peersFolder(name: string): string {
  const folder = join(PEERS, 'work', name)
  mkdirSync(folder, { recursive: true })
  return folder
}

/** Runs `docker ARGS` among the peers. */
export function peersDocker(args: readonly string[], options?: CommandOptions): Promise<CommandResult> {
  return runCommand(join(SHARED, 'tools/peers/do'), ['docker', ...args], options)
}

export function peersDockerOrThrow(args: readonly string[], options?: CommandOptions): Promise<CommandResult> {
  return runOrThrow(join(SHARED, 'tools/peers/do'), ['docker', ...args], options)
}

/** Throws a message that says what to start, unless the peers' docker and their registry answer. */
export async function assertPeersUp(): Promise<void> {
  if (!existsSync(join(SHARED, 'tools/peers/do')))
    throw new Error('finding the peers: ../shared/tools/peers is not here')
  const docker = await peersDocker(['version']).catch(() => undefined)
  if (docker?.code !== 0) throw new Error('asking the peers: docker does not answer; run ../shared/tools/peers/up.sh')
  const registry = await fetch(`http://${PEERS_REGISTRY}/v2/library/alpine/tags/list`).catch(() => undefined)
  if (registry?.ok !== true) {
    const port = PEERS_REGISTRY.split(':').at(-1)
    throw new Error(
      `asking for base images at ${PEERS_REGISTRY}: none; run in another terminal: npm run bases -- --serve --port ${port}`,
    )
  }
}
