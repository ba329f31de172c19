import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { GitAddress } from '../../base/git-address.ts'
import type { SshAgent } from '../../base/ssh-agent-protocol.ts'
import { type GitCommit, serveAgent } from '../../engine/index.ts'
import type { GitOp } from '../../plan/index.ts'
import type { FetchedTree, GitOptions, ResolvedGit } from '../../source/index.ts'
import type { Environment, Workspace } from '../workspace.ts'

/** With what a build may reach repositories: all of it is handed in by who started it. */
export interface GitAccess {
  /** The caller's, proxies of the build's arguments included. */
  readonly env: Environment
  /** GIT_AUTH_TOKEN and GIT_AUTH_HEADER are asked for. */
  secret(id: string): Promise<Uint8Array | undefined>
  /** `default` is asked for. */
  sshAgent(id: string): SshAgent | undefined
}

/**
 * ADD of a Git repository: which commit it is now, and its files once they are wanted. As in BuildKit nothing is asked for
 * what is pinned by a full hash, and the pin is checked when it is fetched.
 */
export async function resolveRepository(
  workspace: Workspace,
  { address }: GitOp,
  access: GitAccess,
  signal: AbortSignal,
): Promise<GitCommit> {
  const { pinnedHash, resolveGit } = await import('../../source/index.ts')
  const pinned = pinnedHash(address)
  if (pinned !== undefined)
    return {
      hash: pinned,
      directory: async () => (await cloneRepository(workspace, address, access, signal)).directory,
    }
  const resolved = await withOptions(address, access, signal, options => resolveGit(address, options))
  const clone = () => cloneRepository(workspace, address, access, signal, resolved)
  return { hash: resolved.commit, directory: async () => (await clone()).directory }
}

/** The files of a repository in a directory that goes with this process. */
export async function cloneRepository(
  workspace: Workspace,
  address: GitAddress,
  access: GitAccess,
  signal: AbortSignal,
  resolved?: ResolvedGit,
): Promise<FetchedTree> {
  const { fetchGit } = await import('../../source/index.ts')
  const directory = workspace.scratchDirectory()
  return await withOptions(address, access, signal, options => fetchGit(address, { ...options, resolved, directory }))
}

async function withOptions<T>(
  address: GitAddress,
  { env, secret, sshAgent }: GitAccess,
  signal: AbortSignal,
  run: (options: GitOptions) => Promise<T>,
): Promise<T> {
  const text = async (id: string) => decoded(await secret(id))
  const options = { env, secret: text, signal }
  const agent = address.scheme === 'ssh' ? sshAgent('default') : undefined
  if (agent === undefined) return await run(options)
  // Programs take paths of some 100 bytes for a socket: the store's may be longer.
  const directory = mkdtempSync(join(tmpdir(), 'tare-ssh-'))
  try {
    await using _ = await serveAgent(agent, directory)
    return await run({ ...options, sshSocket: join(directory, 'agent'), knownHosts: knownHosts(env) })
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

function decoded(secret: Uint8Array | undefined): string | undefined {
  return secret && Buffer.from(secret).toString('utf8')
}

function knownHosts(env: Environment): string | undefined {
  const file = env['HOME'] === undefined ? undefined : join(env['HOME'], '.ssh/known_hosts')
  return file !== undefined && existsSync(file) ? file : undefined
}
