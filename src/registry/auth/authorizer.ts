import { messageOf } from '../../base/error.ts'
import { registryError } from '../errors.ts'
import type { Client } from '../transport/client.ts'
import type { HttpResponse } from '../transport/http.ts'
import { type Challenge, parseChallenges } from './challenge.ts'
import type { Credentials } from './secret.ts'
import { basicHeader, fetchToken, type Token } from './token.ts'

/** Answers a host's challenges and keeps what it got, per scope, until it expires. One for each host and account. */
export class Authorizer {
  readonly #client: Client
  readonly #origin: URL
  readonly #findCredentials: (signal?: AbortSignal) => Promise<Credentials | undefined>
  readonly #tokens = new Map<string, Promise<Token | undefined>>()
  #basic: string | undefined
  #bearer: Challenge | undefined

  constructor(client: Client, origin: URL, find: (signal?: AbortSignal) => Promise<Credentials | undefined>) {
    this.#client = client
    this.#origin = origin
    this.#findCredentials = find
  }

  /** The Authorization header to send without being asked, if the host was seen to want one. */
  async known(scopes: readonly string[], signal?: AbortSignal): Promise<string | undefined> {
    if (this.#basic !== undefined) return this.#basic
    return this.#bearer === undefined ? undefined : await this.#bearerHeader(this.#bearer, scopes, signal)
  }

  /** The header that answers a 401; undefined when there is nothing (new) to answer with. `sent` was refused. */
  async answer(
    refusal: HttpResponse,
    scopes: readonly string[],
    sent: string | undefined,
    signal?: AbortSignal,
  ): Promise<string | undefined> {
    const challenges = parseChallenges(refusal.headers['www-authenticate'])
    const bearer = challenges.find(challenge => challenge.scheme === 'bearer')
    const wantsBasic = challenges.some(challenge => challenge.scheme === 'basic')
    if (sent !== undefined) this.#tokens.delete(keyOf(scopes))
    const header = bearer
      ? await this.#startBearer(bearer, scopes, signal)
      : wantsBasic
        ? await this.#startBasic(signal)
        : undefined
    return header === sent ? undefined : header
  }

  async #startBasic(signal?: AbortSignal): Promise<string | undefined> {
    const credentials = await this.#findCredentials(signal)
    if (credentials?.type === 'basic') this.#basic = basicHeader(credentials)
    return this.#basic
  }

  async #startBearer(
    challenge: Challenge,
    scopes: readonly string[],
    signal?: AbortSignal,
  ): Promise<string | undefined> {
    this.#bearer = challenge
    return await this.#bearerHeader(challenge, scopes, signal)
  }

  async #bearerHeader(
    challenge: Challenge,
    scopes: readonly string[],
    signal?: AbortSignal,
  ): Promise<string | undefined> {
    const key = keyOf(scopes)
    const kept = this.#tokens.get(key)
    if (kept !== undefined && !(await isFresh(kept)) && this.#tokens.get(key) === kept) this.#tokens.delete(key)
    const fetching = this.#tokens.get(key) ?? this.#fetch(challenge, scopes, signal)
    this.#tokens.set(key, fetching)
    const token = await fetching
    return token === undefined ? undefined : `Bearer ${token.value}`
  }

  async #fetch(challenge: Challenge, scopes: readonly string[], signal?: AbortSignal): Promise<Token | undefined> {
    const credentials = await this.#findCredentials(signal)
    if (credentials?.type === 'bearer') return { value: credentials.token, expiresAt: Number.POSITIVE_INFINITY }
    const realm = this.#realmOf(challenge)
    const service = challenge.parameters['service']
    return await fetchToken(this.#client, { realm, service, scopes, credentials, signal })
  }

  /** Credentials go to the realm, so it must be as safe as the registry: never plain HTTP for an https registry. */
  #realmOf(challenge: Challenge): URL {
    const host = this.#origin.host
    try {
      const realm = new URL(challenge.parameters['realm'] ?? '')
      const safe = realm.protocol === 'https:' || (realm.protocol === 'http:' && this.#origin.protocol === 'http:')
      if (safe && realm.username === '' && realm.password === '') return realm
    } catch (error) {
      throw registryError('REGISTRY_BAD_ANSWER', `asking ${host} how to log in: ${messageOf(error)} as realm`, {
        facts: { host },
      })
    }
    throw registryError(
      'REGISTRY_BAD_ANSWER',
      `asking ${host} how to log in: its token server is not safe to talk to`,
      {
        facts: { host },
      },
    )
  }
}

async function isFresh(fetching: Promise<Token | undefined>): Promise<boolean> {
  const token = await fetching.catch(() => undefined)
  return token !== undefined && token.expiresAt > Date.now()
}

function keyOf(scopes: readonly string[]): string {
  return [...scopes].sort().join(' ')
}
