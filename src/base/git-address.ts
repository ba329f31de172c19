import { posix } from 'node:path'
import { TareError } from './error.ts'

export type GitAddressErrorCode =
  /** Written as a Git repository, but not one that can be fetched; facts: url. */
  'GIT_ADDRESS_INVALID'

/** A Git repository as ADD, a build context or --build-context names it, and what of it is wanted. */
export interface GitAddress {
  readonly scheme: 'http' | 'https' | 'ssh' | 'git'
  /** With the port when one is given. */
  readonly host: string
  /** What git is given: without password, query and fragment. May be shown. */
  readonly url: string
  /** `user:password` or `token` of an http(s) URL as written, percent-encoded. Never to be shown or stored. */
  readonly credentials: string | undefined
  /** A branch, tag, full ref name or full commit hash; undefined means the default branch. */
  readonly ref: string | undefined
  /** Hex digits which the commit's hash, or that of its annotated tag, must begin with. */
  readonly checksum: string | undefined
  /** Cleaned and relative; undefined for the whole tree. */
  readonly subdir: string | undefined
  readonly keepGitDir: boolean | undefined
  /** Undefined means yes. */
  readonly submodules: boolean | undefined
  /** What files are dated: when they were checked out (the default), or when the commit was made. */
  readonly mtime: 'checkout' | 'commit' | undefined
  /** The commit in `checksum` is fetched by its hash; nothing is asked about the ref. */
  readonly fetchByCommit: boolean
  /** `github.com/...` without a scheme: a repository where contexts are named, a file's name in ADD. */
  readonly looksLocal: boolean
}

/**
 * Reads `git://`, `ssh://`, `http(s)://....git`, `user@host:path` and `github.com/...`, each with `?key=value` and
 * `#ref:subdir`. Undefined for what is not written as a Git repository. Throws `GIT_ADDRESS_INVALID` for one that is, but
 * cannot be meant.
 */
export function parseGitAddress(text: string): GitAddress | undefined {
  const [beforeFragment, fragment] = cut(text, '#')
  const [location, query] = cut(beforeFragment, '?')
  const place = placeOf(location)
  if (place === undefined) return undefined
  refuseOptions(place)
  const wanted = readQuery(readFragment(fragment, place.scp), new URLSearchParams(query ?? ''), place.url)
  if (wanted.ref !== undefined) refuseBadRef(wanted.ref, place.url)
  const { scp: _, path: __, ...known } = place
  return { ...known, ...wanted, subdir: cleanSubdir(wanted.subdir) }
}

/** As users know it, `URL#ref:subdir`, without a password. */
export function formatGitAddress({ url, ref, subdir }: GitAddress): string {
  if (ref === undefined && subdir === undefined) return url
  return `${url}#${ref ?? ''}${subdir === undefined ? '' : `:${subdir}`}`
}

type Wanted = Pick<GitAddress, 'ref' | 'checksum' | 'subdir' | 'keepGitDir' | 'submodules' | 'mtime' | 'fetchByCommit'>

interface Place extends Pick<GitAddress, 'scheme' | 'host' | 'url' | 'credentials' | 'looksLocal'> {
  readonly path: string
  readonly scp: boolean
}

function placeOf(location: string): Place | undefined {
  if (location.startsWith('github.com/')) return { ...webPlace('https', location), looksLocal: true }
  const [, scheme, rest = ''] = /^(https?|ssh|git):\/\/(.*)$/is.exec(location) ?? []
  if (scheme === undefined) return scpPlace(location)
  const place = webPlace(scheme.toLowerCase() as GitAddress['scheme'], rest)
  const web = place.scheme === 'http' || place.scheme === 'https'
  return web && !place.path.endsWith('.git') ? undefined : place
}

function webPlace(scheme: GitAddress['scheme'], rest: string): Place {
  const [authority, tail] = cut(rest, '/')
  const at = authority.lastIndexOf('@')
  const user = at < 0 ? undefined : authority.slice(0, at)
  const host = authority.slice(at + 1)
  const path = tail === undefined ? '' : `/${tail}`
  const shownUser = scheme === 'ssh' && user !== undefined ? `${cut(user, ':')[0]}@` : ''
  const url = `${scheme}://${shownUser}${host}${path}`
  if (scheme === 'git' && user !== undefined) throw invalid(url, 'git:// knows no users', 'use ssh:// or https://')
  const credentials = scheme === 'ssh' || user === undefined || user === '' ? undefined : user
  return { scheme, host, path, url, credentials, looksLocal: false, scp: false }
}

/** `git@host:path`: the user is part of how such servers are reached, and no secret. */
function scpPlace(location: string): Place | undefined {
  const [, user, host, path] = /^([\w-]+)@([A-Za-z0-9.-]+):(.*)$/.exec(location) ?? []
  if (user === undefined || host === undefined || path === undefined) return undefined
  const url = `${user}@${host}:${path}`
  return { scheme: 'ssh', host, path, url, credentials: undefined, looksLocal: false, scp: true }
}

/** A name that begins with a dash would be an option to git or ssh. */
function refuseOptions({ url, host, path, scheme }: Place): void {
  const user = /^(?:\w+:\/\/)?([^@/]*)@/.exec(url)?.[1] ?? ''
  if (/[\0-\x20\x7f]/.test(url)) throw invalid(url, 'it holds a space or a control character')
  if (host === '' || host.startsWith(':')) throw invalid(url, 'it names no host')
  if (host.startsWith('-') || user.startsWith('-') || (scheme === 'ssh' && /^\/?-/.test(path)))
    throw invalid(url, 'a part of it begins with a dash')
}

function refuseBadRef(ref: string, url: string): void {
  const bad = /^-|^\/|\/$|\.\.|\/\/|@\{|[\0-\x20\x7f~^:?*[\\]|\.lock$|^@$/.test(ref)
  if (bad) throw invalid(url, `${JSON.stringify(ref)} cannot be the name of a branch, tag or commit`)
}

function readFragment(fragment: string | undefined, raw: boolean): { ref?: string; subdir?: string } {
  if (!fragment) return {}
  const [ref, subdir] = cut(raw ? fragment : decodePercent(fragment), ':')
  return { ...(ref === '' ? {} : { ref }), ...(subdir ? { subdir } : {}) }
}

const FLAGS = ['keep-git-dir', 'submodules', 'fetch-by-commit']
const KEYS = ['ref', 'tag', 'branch', 'checksum', 'commit', 'subdir', ...FLAGS, 'mtime']

function readQuery(fragment: { ref?: string; subdir?: string }, query: URLSearchParams, url: string): Wanted {
  checkKeys(query, url)
  const checksum = agreed('checksum', [query.get('checksum'), query.get('commit')], url)
  const tag = query.get('tag')
  const branch = query.get('branch')
  if (tag !== null && branch !== null) throw invalid(url, 'both a tag and a branch are asked for')
  const refs = [fragment.ref, query.get('ref'), fullName('refs/tags/', tag), fullName('refs/heads/', branch)]
  const mtime = query.get('mtime') ?? undefined
  if (mtime !== undefined && mtime !== 'checkout' && mtime !== 'commit')
    throw invalid(url, `expected mtime=checkout or mtime=commit, got mtime=${mtime}`)
  const fetchByCommit = flag(query, 'fetch-by-commit', url) ?? false
  if (fetchByCommit && checksum === undefined)
    throw invalid(url, 'fetch-by-commit needs a commit', 'add checksum=COMMIT')
  return {
    ref: agreed('ref', refs, url),
    checksum,
    subdir: agreed('subdir', [fragment.subdir, query.get('subdir')], url),
    keepGitDir: flag(query, 'keep-git-dir', url),
    submodules: flag(query, 'submodules', url),
    mtime,
    fetchByCommit,
  }
}

function checkKeys(query: URLSearchParams, url: string): void {
  for (const key of new Set(query.keys())) {
    if (!KEYS.includes(key)) throw invalid(url, `unknown query key ${key}`, `the keys are ${KEYS.join(', ')}`)
    if (query.getAll(key).length > 1) throw invalid(url, `query key ${key} is given more than once`)
    if (query.get(key) === '' && !FLAGS.includes(key)) throw invalid(url, `query key ${key} has no value`)
  }
}

/** The one value that is given, however often it is. */
function agreed(name: string, given: readonly (string | null | undefined)[], url: string): string | undefined {
  const [value, other] = new Set(given.filter(each => each !== null && each !== undefined))
  if (other !== undefined) throw invalid(url, `two different values of ${name}: ${value} and ${other}`)
  return value
}

function fullName(prefix: string, name: string | null): string | undefined {
  return name === null || name.startsWith(prefix) ? (name ?? undefined) : prefix + name
}

/** A flag without a value is set. */
function flag(query: URLSearchParams, key: string, url: string): boolean | undefined {
  const value = query.get(key)
  if (value === null) return undefined
  if (/^(|1|t|T|true|True|TRUE)$/.test(value)) return true
  if (/^(0|f|F|false|False|FALSE)$/.test(value)) return false
  throw invalid(url, `expected ${key}=true or ${key}=false, got ${key}=${value}`)
}

function cleanSubdir(subdir: string | undefined): string | undefined {
  return posix.join('/', subdir ?? '').replace(/^\/|\/$/g, '') || undefined
}

function decodePercent(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function cut(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator)
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + separator.length)]
}

function invalid(url: string, cause: string, hint?: string): TareError<GitAddressErrorCode> {
  return new TareError('GIT_ADDRESS_INVALID', `reading Git address ${url}: ${cause}`, { hint, facts: { url } })
}
