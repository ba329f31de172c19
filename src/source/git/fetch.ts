import { chmodSync, existsSync, lstatSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { GitAddress } from '../../base/git-address.ts'
import { toFsPath } from '../../base/text.ts'
import { sourceError } from '../errors.ts'
import { checkOut, commitTime, tidyRepository, updateSubmodules } from './check-out.ts'
import { removeRepositories, setTimes } from './checked-out-files.ts'
import type { GitOptions } from './options.ts'
import { type ResolvedGit, resolveCommit } from './resolve.ts'
import { GitSession } from './session.ts'

export interface FetchedTree {
  /** What of the repository was asked for, checked out. */
  readonly directory: string
  /** The full hash. */
  readonly commit: string
}

export interface FetchGitOptions extends GitOptions {
  /** An empty directory of the caller's, which everything is put into. */
  readonly directory: string
  /** What `resolveGit` said of the address; without it the server is asked. */
  readonly resolved?: ResolvedGit | undefined
}

/** Which commit an address stands for now. Throws `SOURCE_REF_NOT_FOUND`, `SOURCE_CHECKSUM_MISMATCH`, `SOURCE_FETCH_FAILED`. */
export async function resolveGit(address: GitAddress, options: GitOptions): Promise<ResolvedGit> {
  return await resolveCommit(address, await GitSession.open(address, options))
}

/**
 * Fetches one commit without its history and checks it out, submodules included. `.git` is kept only where the address
 * says so and asks for no subdirectory, and holds no password. Throws what `resolveGit` throws, and `SOURCE_NO_SUBDIR`.
 */
export async function fetchGit(address: GitAddress, options: FetchGitOptions): Promise<FetchedTree> {
  const session = await GitSession.open(address, options)
  const resolved = options.resolved ?? (await resolveCommit(address, session))
  const tree = join(options.directory, 'tree')
  mkdirSync(tree)
  // Not by the umask.
  chmodSync(tree, 0o755)
  await checkOut(tree, address, resolved, session)
  const submodules = address.submodules !== false && existsSync(join(tree, '.gitmodules'))
  if (submodules) await updateSubmodules(tree, session)
  const directory = subdirectory(tree, address)
  const seconds = address.mtime === 'commit' ? await commitTime(tree, session) : undefined
  if (address.keepGitDir && address.subdir === undefined) await tidyRepository(tree, resolved, session)
  else removeRepositories(tree, submodules)
  if (seconds !== undefined) setTimes(directory, seconds)
  return { directory, commit: resolved.commit }
}

/** Links on the way are not followed, as in BuildKit: they could lead out of the repository. */
function subdirectory(tree: string, { url, subdir }: GitAddress): string {
  let path = tree
  for (const name of subdir?.split('/') ?? []) {
    path = join(path, name)
    const stat = name === '.git' ? undefined : lstatSync(toFsPath(path), { throwIfNoEntry: false })
    if (stat?.isDirectory()) continue
    throw sourceError(
      'SOURCE_NO_SUBDIR',
      `fetching ${url}: ${subdir} is ${stat ? 'not a directory' : 'not in the repository'}`,
      { facts: { url, subdir } },
    )
  }
  return path
}
