import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { isTareError } from '../../base/error.ts'
import type { GitAddress } from '../../base/git-address.ts'
import { sourceError } from '../errors.ts'
import { removeTraces } from './checked-out-files.ts'
import type { ResolvedGit } from './resolve.ts'
import type { GitSession } from './session.ts'

/** Where what was fetched is put: what the server calls its refs does not matter then. */
const FETCHED = 'refs/tare/fetched'

const FETCH = ['fetch', '--progress', '--no-tags', '--no-recurse-submodules', '--no-write-fetch-head']
const SHALLOW = [...FETCH, '--depth=1']

/** Makes a repository with the one commit in an empty directory, and its files. */
export async function checkOut(
  tree: string,
  address: GitAddress,
  resolved: ResolvedGit,
  session: GitSession,
): Promise<void> {
  const { commit, ref } = resolved
  const format = commit.length === 64 ? 'sha256' : 'sha1'
  await session.run(tree, ['init', '--quiet', `--object-format=${format}`])
  await session.run(tree, ['remote', 'add', 'origin', address.url])
  if (ref !== undefined) await session.fetch(tree, both(['origin', `+${ref}:${FETCHED}`]))
  // The ref may have moved on since the server was asked.
  if (ref === undefined || (await session.run(tree, ['rev-parse', `${FETCHED}^{commit}`])) !== commit)
    await fetchByHash(tree, address, commit, session)
  await session.run(tree, ['checkout', '--quiet', '--detach', FETCHED])
}

/** Not every server gives history away shallow. */
function both(what: readonly string[]): string[][] {
  return [
    [...SHALLOW, ...what],
    [...FETCH, ...what],
  ]
}

/** Not every server gives commits away by their hash: then all branches and tags are fetched, and it is one of theirs. */
async function fetchByHash(tree: string, address: GitAddress, commit: string, session: GitSession): Promise<void> {
  const everything = ['origin', '+refs/heads/*:refs/remotes/origin/*', '+refs/tags/*:refs/tags/*']
  await session.fetch(tree, [
    [...SHALLOW, 'origin', `+${commit}:${FETCHED}`],
    [...FETCH, ...everything],
  ])
  try {
    await session.run(tree, ['update-ref', FETCHED, `${commit}^{commit}`])
  } catch (error) {
    if (!isTareError(error, 'SOURCE_FETCH_FAILED')) throw error
    const { url } = address
    throw sourceError('SOURCE_REF_NOT_FOUND', `fetching ${url}: no branch or tag has a commit ${commit}`, {
      cause: error,
      facts: { url, ref: commit },
    })
  }
}

/** Of submodules, too, only the commit that is meant is fetched where the server allows. */
export async function updateSubmodules(tree: string, session: GitSession): Promise<void> {
  const update = ['submodule', 'update', '--init', '--recursive', '--progress']
  await session.fetch(tree, [[...update, '--depth=1'], update])
}

/** Seconds since 1970. */
export async function commitTime(tree: string, session: GitSession): Promise<number> {
  return Number(await session.run(tree, ['show', '--no-patch', '--format=%ct', 'HEAD']))
}

/** What is kept as `.git`: the ref by its own name, and nothing of how or when it was fetched. */
export async function tidyRepository(tree: string, { ref }: ResolvedGit, session: GitSession): Promise<void> {
  if (ref !== undefined && /^refs\/(heads|tags)\//.test(ref)) await session.run(tree, ['update-ref', ref, FETCHED])
  await session.run(tree, ['update-ref', '-d', FETCHED])
  // An index that says nothing of the files here, so that it is the same each time.
  rmSync(join(tree, '.git/index'))
  await session.run(tree, ['read-tree', 'HEAD'])
  await session.run(tree, ['config', 'core.logallrefupdates', 'true'])
  removeTraces(tree)
}
