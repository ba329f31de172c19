import type { GitAddress } from '../../base/git-address.ts'
import { suggest } from '../../base/suggest.ts'
import { sourceError } from '../errors.ts'
import type { GitSession } from './session.ts'

/** What an address stands for now. */
export interface ResolvedGit {
  /** The full hash. */
  readonly commit: string
  /** The ref's full name at the server; undefined when the commit was named by its hash. */
  readonly ref: string | undefined
}

/** A line of what the server lists. */
interface Listed {
  readonly hash: string
  readonly name: string
}

/**
 * Asks the server which commit is meant; a full hash needs no asking. Throws `SOURCE_REF_NOT_FOUND`,
 * `SOURCE_CHECKSUM_MISMATCH` and `SOURCE_FETCH_FAILED`.
 */
export async function resolveCommit(address: GitAddress, session: GitSession): Promise<ResolvedGit> {
  const { checksum } = address
  if (checksum !== undefined && !/^[0-9a-f]+$/.test(checksum))
    throw sourceError('SOURCE_CHECKSUM_MISMATCH', `fetching ${address.url}: ${checksum} is no commit hash`, {
      facts: { url: address.url, expected: checksum },
    })
  const whole = isCommitHash(checksum) ? checksum : undefined
  const ref = address.ref ?? whole
  const exact = address.fetchByCommit ? requireWhole(address, whole) : isCommitHash(ref) ? ref : undefined
  if (exact !== undefined) return { commit: checked(address, [exact]), ref: undefined }
  const listed = await list(address, ref, session)
  const found = ref === undefined ? headOf(listed) : pick(listed, ref)
  if (found === undefined) throw await notFound(address, ref, session)
  const peeled = listed.find(({ name }) => name === `${found.name}^{}`)
  return { commit: checked(address, peeled ? [peeled.hash, found.hash] : [found.hash]), ref: found.name }
}

/**
 * The full hash in an address, by which a result can be found before the server is asked: of the commit, or of the
 * annotated tag that leads to it. `resolveCommit` tells whether it is true.
 */
export function pinnedHash({ ref, checksum }: GitAddress): string | undefined {
  return [checksum, ref].find(isCommitHash)
}

export function isCommitHash(text: string | undefined): text is string {
  return text !== undefined && /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(text)
}

function requireWhole(address: GitAddress, whole: string | undefined): string {
  if (whole !== undefined) return whole
  throw sourceError(
    'SOURCE_CHECKSUM_MISMATCH',
    `fetching ${address.url}: fetch-by-commit needs the commit's full hash`,
    {
      facts: { url: address.url, expected: address.checksum },
    },
  )
}

/** The checksum may be of the commit or of the annotated tag that leads to it. */
function checked(address: GitAddress, hashes: readonly [string, ...string[]]): string {
  const { url, checksum } = address
  if (checksum === undefined || hashes.some(hash => hash.startsWith(checksum))) return hashes[0]
  throw sourceError('SOURCE_CHECKSUM_MISMATCH', `fetching ${url}: expected commit ${checksum}, got ${hashes[0]}`, {
    hint: 'Has the branch moved on, or has the tag been moved?',
    facts: { url, expected: checksum, actual: hashes[0] },
  })
}

async function list(address: GitAddress, ref: string | undefined, session: GitSession): Promise<Listed[]> {
  const patterns = ref === undefined ? ['HEAD'] : [ref, `${ref}^{}`]
  const lines = (await session.ask(['ls-remote', '--symref', '--', address.url, ...patterns])).split('\n')
  const symbolic = lines.map(line => /^ref: (\S+)\tHEAD$/.exec(line)?.[1]).find(name => name !== undefined)
  const listed = lines.flatMap(line => {
    const [, hash, name] = /^([0-9a-f]{40,64})\t(\S+)$/.exec(line) ?? []
    return hash === undefined || name === undefined ? [] : [{ hash, name }]
  })
  // The branch that HEAD stands for is what a clone would be on.
  return listed.map(each => (each.name === 'HEAD' && symbolic !== undefined ? { ...each, name: symbolic } : each))
}

function headOf(listed: readonly Listed[]): Listed | undefined {
  return listed[0]
}

/** As git looks names up: the server lists whatever ends in the name. */
function pick(listed: readonly Listed[], ref: string): Listed | undefined {
  for (const name of [ref, `refs/${ref}`, `refs/tags/${ref}`, `refs/heads/${ref}`]) {
    const found = listed.find(each => each.name === name)
    if (found !== undefined) return found
  }
  return undefined
}

async function notFound(address: GitAddress, ref: string | undefined, session: GitSession): Promise<Error> {
  const { url } = address
  if (ref === undefined)
    return sourceError('SOURCE_REF_NOT_FOUND', `fetching ${url}: the repository has no default branch`, {
      hint: 'Name a branch, a tag or a commit: #REF behind the address.',
      facts: { url },
    })
  return sourceError('SOURCE_REF_NOT_FOUND', `fetching ${url}: the repository has no branch or tag ${ref}`, {
    hint: await hintFor(address, ref, session),
    facts: { url, ref },
  })
}

async function hintFor(address: GitAddress, ref: string, session: GitSession): Promise<string | undefined> {
  if (/^[0-9a-f]{4,}$/.test(ref)) return 'A commit is named by all digits of its hash.'
  const all = await session.ask(['ls-remote', '--refs', '--heads', '--tags', '--', address.url])
  const names = [...all.matchAll(/\trefs\/(?:heads|tags)\/(\S+)$/gm)].map(([, name = '']) => name)
  const near = suggest(ref.replace(/^refs\/(heads|tags)\//, ''), names)
  return near === undefined ? undefined : `Did you mean ${near}?`
}
