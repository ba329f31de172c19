import type { GitCommit } from '../../engine/index.ts'
import type { GitOp } from '../../plan/index.ts'
import type { Environment, Workspace } from '../workspace.ts'

/**
 * ADD of a Git repository: which commit it is now, and its files once they are wanted. As in BuildKit nothing is asked for
 * what is pinned by a full hash, and the pin is checked when it is fetched.
 * @param env the caller's environment, and the build's proxy arguments where there are any
 */
export async function resolveRepository(
  workspace: Workspace,
  { address }: GitOp,
  signal: AbortSignal,
  env: Environment = workspace.env,
): Promise<GitCommit> {
  const { fetchGit, pinnedHash, resolveGit } = await import('../../source/index.ts')
  const options = { env, signal }
  const pinned = pinnedHash(address)
  const resolved = pinned === undefined ? await resolveGit(address, options) : undefined
  return {
    hash: pinned ?? (resolved?.commit as string),
    directory: async () => {
      const fetched = await fetchGit(address, { ...options, resolved, directory: workspace.scratchDirectory() })
      return fetched.directory
    },
  }
}
