import { registryError } from '../errors.ts'

/** What a redirect leads to: where, and whether credentials may go along. */
export interface Redirect {
  readonly url: URL
  readonly sameOrigin: boolean
}

const REDIRECTS = new Set([301, 302, 303, 307, 308])

export function isRedirect(status: number): boolean {
  return REDIRECTS.has(status)
}

/**
 * Resolves a Location header against the URL that sent it. Throws `REGISTRY_REDIRECT_REFUSED` for anything but http(s)
 * and for a step from https down to http.
 */
export function resolveLocation(from: URL, location: string | undefined): Redirect {
  const url = location === undefined ? null : URL.parse(location, from.href)
  if (url === null) throw refuse(from, 'no usable Location header')
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw refuse(from, `it leads to ${url.protocol}`)
  if (url.protocol === 'http:' && from.protocol === 'https:') throw refuse(from, 'it leads from https to http')
  url.username = ''
  url.password = ''
  url.hash = ''
  return { url, sameOrigin: url.origin === from.origin }
}

export function refuse(from: URL, why: string): Error {
  return registryError('REGISTRY_REDIRECT_REFUSED', `following a redirect of ${from.host}: ${why}`, {
    facts: { host: from.host },
  })
}
