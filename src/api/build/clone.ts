import type { GitCommit } from '../../engine/index.ts'
import type { GitOp } from '../../plan/index.ts'
import type { Workspace } from '../workspace.ts'

/** ADD of a Git repository: which commit it is now, and its files once they are wanted. */
export async function resolveRepository(workspace: Workspace, op: GitOp, signal: AbortSignal): Promise<GitCommit> {
  const { fetchGit, resolveGit } = await import('../../source/index.ts')
  const options = { env: workspace.env, signal }
  const resolved = await resolveGit(op.address, options)
  return {
    hash: resolved.commit,
    directory: async () => {
      const fetched = await fetchGit(op.address, { ...options, resolved, directory: workspace.scratchDirectory() })
      return fetched.directory
    },
  }
}
