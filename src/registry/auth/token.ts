import { registryError } from '../errors.ts'
import { readBody } from '../transport/body.ts'
import type { Client } from '../transport/client.ts'
import type { HttpRequest, HttpResponse } from '../transport/http.ts'
import type { Credentials } from './secret.ts'

export interface TokenRequest {
  /** From the challenge. */
  readonly realm: URL
  readonly service: string | undefined
  readonly scopes: readonly string[]
  readonly credentials: Credentials | undefined
  readonly signal?: AbortSignal | undefined
}

export interface Token {
  readonly value: string
  /** Milliseconds since the epoch. */
  readonly expiresAt: number
}

const CLIENT_ID = 'tare'
const MAX_ANSWER_BYTES = 1024 * 1024
/** The lifetime of a token whose answer does not say (distribution: token authentication specification). */
const DEFAULT_LIFETIME_S = 60
const MAX_LIFETIME_S = 3600
/** Renewed a little early: the request still has to get there. */
const MARGIN_S = 5

/** Undefined when the token server refuses (401, 403, or 400 for a stale identity token). Throws for anything else that is no token. */
export async function fetchToken(client: Client, request: TokenRequest): Promise<Token | undefined> {
  const answer = await client.send(buildRequest(request), { repeatable: true })
  if ([400, 401, 403].includes(answer.status)) {
    await answer.discard()
    return undefined
  }
  if (answer.status !== 200) {
    await answer.discard()
    throw bad(answer, `status ${answer.status}`)
  }
  return decodeToken(answer, await readBody(answer, 'a token', MAX_ANSWER_BYTES))
}

function buildRequest(request: TokenRequest): HttpRequest {
  const { credentials, signal } = request
  if (credentials?.type === 'identity') return refreshRequest(request, credentials.token)
  const url = new URL(request.realm)
  if (request.service !== undefined) url.searchParams.set('service', request.service)
  for (const scope of request.scopes) url.searchParams.append('scope', scope)
  if (credentials?.type !== 'basic') return { method: 'GET', url, headers: {}, signal }
  url.searchParams.set('account', credentials.username)
  return { method: 'GET', url, headers: { authorization: basicHeader(credentials) }, signal }
}

function refreshRequest(request: TokenRequest, refreshToken: string): HttpRequest {
  const form = new URLSearchParams({ grant_type: 'refresh_token', client_id: CLIENT_ID, refresh_token: refreshToken })
  if (request.service !== undefined) form.set('service', request.service)
  if (request.scopes.length > 0) form.set('scope', request.scopes.join(' '))
  const body = Buffer.from(form.toString())
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  return { method: 'POST', url: request.realm, headers, body: () => body, signal: request.signal }
}

export function basicHeader(credentials: { readonly username: string; readonly password: string }): string {
  return `Basic ${Buffer.from(`${credentials.username}:${credentials.password}`).toString('base64')}`
}

function decodeToken(answer: HttpResponse, bytes: Uint8Array): Token {
  const fields = parseFields(answer, bytes)
  const value = fields['token'] || fields['access_token']
  if (typeof value !== 'string' || !/^[\x21-\x7e]+$/.test(value)) throw bad(answer, 'its answer holds no token')
  const asked = fields['expires_in']
  const lifetime = typeof asked === 'number' && asked > 0 ? Math.min(asked, MAX_LIFETIME_S) : DEFAULT_LIFETIME_S
  return { value, expiresAt: Date.now() + Math.max(1, lifetime - MARGIN_S) * 1000 }
}

function parseFields(answer: HttpResponse, bytes: Uint8Array): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'))
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>
  } catch {
    throw bad(answer, 'its answer is not JSON')
  }
  throw bad(answer, 'its answer is not an object')
}

function bad(answer: HttpResponse, why: string): Error {
  return registryError('REGISTRY_BAD_ANSWER', `asking ${answer.url.host} for a token: ${why}`, {
    facts: { host: answer.url.host, status: answer.status },
  })
}
