import type { GitAddress } from '../../base/git-address.ts'
import { sourceError } from '../errors.ts'
import type { GitOptions } from './options.ts'

/** The header of an http(s) repository, and the URLs below which git may send it. */
export interface Authorization {
  readonly scope: string
  readonly header: string
}

/**
 * By the secrets GIT_AUTH_HEADER.HOST, GIT_AUTH_TOKEN.HOST, GIT_AUTH_HEADER and GIT_AUTH_TOKEN, the first that is there,
 * else by the address itself. As in BuildKit a token is good for its repository alone, at GitHub for all of them.
 */
export async function authorizationFor(address: GitAddress, options: GitOptions): Promise<Authorization | undefined> {
  if (address.scheme !== 'http' && address.scheme !== 'https') return undefined
  const value = (await fromSecrets(address, options)) ?? fromAddress(address)
  if (value === undefined) return undefined
  if (/[\0-\x1f\x7f]/.test(value))
    throw sourceError(
      'SOURCE_FETCH_FAILED',
      `fetching ${address.url}: the secret holds a line break or control character`,
    )
  const [github] = /^https:\/\/(www\.)?github\.com\//.exec(address.url) ?? []
  return { scope: github ?? address.url, header: `Authorization: ${value}` }
}

async function fromSecrets({ host }: GitAddress, { secret }: GitOptions): Promise<string | undefined> {
  for (const suffix of [`.${host}`, '']) {
    const header = (await secret?.(`GIT_AUTH_HEADER${suffix}`))?.trim()
    if (header) return header
    const token = (await secret?.(`GIT_AUTH_TOKEN${suffix}`))?.trim()
    if (token) return basic(`x-access-token:${token}`)
  }
  return undefined
}

function fromAddress({ credentials }: GitAddress): string | undefined {
  if (credentials === undefined) return undefined
  const decoded = decodePercent(credentials)
  return basic(decoded.includes(':') ? decoded : `${decoded}:`)
}

function decodePercent(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function basic(userAndPassword: string): string {
  return `basic ${Buffer.from(userAndPassword).toString('base64')}`
}
