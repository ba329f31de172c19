import { type AuthFile, loginFile, readAuthFile } from './auth/auth-file.ts'
import { Authorizer } from './auth/authorizer.ts'
import { helperErase, helperFor, helperStore } from './auth/helper.ts'
import { normalizeKey, serverHost, serverKey } from './auth/server-key.ts'
import { writeAuthFile } from './auth/write-auth-file.ts'
import { apiHost } from './config/endpoints.ts'
import type { Env } from './env.ts'
import { errorOfAnswer } from './error-answer.ts'
import { registryError } from './errors.ts'
import type { Origins } from './origin.ts'
import type { LoginRequest, LoginResult, LogoutResult } from './registry.ts'
import type { Client } from './transport/client.ts'
import type { HttpResponse } from './transport/http.ts'

export interface LoginContext {
  readonly env: Env
  readonly client: Client
  readonly origins: Origins
}

/** Checks the credentials with the registry, then keeps them. */
export async function logIn(context: LoginContext, request: LoginRequest, signal?: AbortSignal): Promise<LoginResult> {
  const host = serverHost(request.server)
  if (request.username === '' || request.username.includes(':'))
    throw registryError('REGISTRY_LOGIN', `logging in to ${host}: expected a user name without a colon`, {
      facts: { host },
    })
  await checkCredentials(context, host, request, signal)
  return await saveLogin(context.env, host, request)
}

/** Throws `REGISTRY_UNAUTHORIZED` when the registry does not take the credentials. */
async function checkCredentials(
  { client, origins }: LoginContext,
  host: string,
  { username, password }: LoginRequest,
  signal?: AbortSignal,
): Promise<void> {
  const origin = await origins.of({ host: apiHost(host) }, signal)
  const url = new URL('/v2/', origin)
  const authorizer = new Authorizer(client, origin, async () => ({ type: 'basic', username, password }))
  const open = await client.send({ method: 'GET', url, headers: {}, signal }, { repeatable: true })
  if (open.status !== 401) return await expectSuccess(open, host)
  await open.discard()
  const authorization = await authorizer.answer(open, [], undefined, signal)
  if (authorization === undefined) throw wrongCredentials(host)
  const answer = await client.send({ method: 'GET', url, headers: { authorization }, signal }, { repeatable: true })
  await expectSuccess(answer, host)
}

async function expectSuccess(answer: HttpResponse, host: string): Promise<void> {
  if (answer.status === 200) return await answer.discard()
  const { code, facts } = await errorOfAnswer(answer, {
    reference: host,
    repository: host,
    action: 'pull',
    thing: host,
  })
  if (answer.status === 401) throw wrongCredentials(host)
  const said = String(facts['said']) === '' ? '' : `: ${facts['said']}`
  throw registryError(code, `logging in to ${host}: it answered ${answer.status}${said}`, { facts })
}

function wrongCredentials(host: string): Error {
  return registryError('REGISTRY_UNAUTHORIZED', `logging in to ${host}: unauthorized: incorrect username or password`, {
    facts: { host, status: 401 },
  })
}

/** Keeps credentials without asking the registry: in the configured helper, else in the file, mode 0600. */
export async function saveLogin(env: Env, host: string, { username, password }: LoginRequest): Promise<LoginResult> {
  const path = loginFile(env)
  const config = await readAuthFile(path)
  const server = serverKey(host)
  const helper = config && helperFor(config, host)
  if (helper !== undefined) {
    await helperStore(helper, { server, username, secret: password }, env)
    await writeEntry(path, config, server, {})
    return { server, message: 'Login Succeeded', storedIn: `docker-credential-${helper}` }
  }
  await writeEntry(path, config, server, { auth: Buffer.from(`${username}:${password}`).toString('base64') })
  const warning = `WARNING! Your credentials are stored unencrypted in '${path}'.`
  return { server, message: 'Login Succeeded', storedIn: path, warning }
}

/** Forgets the credentials of a registry, in its helper and in the file. */
export async function logOut({ env }: Pick<LoginContext, 'env'>, server: string | undefined): Promise<LogoutResult> {
  const host = serverHost(server)
  const key = serverKey(host)
  const path = loginFile(env)
  const config = await readAuthFile(path)
  const helper = config && helperFor(config, host)
  const erased = helper !== undefined && (await helperErase(helper, key, env))
  const stale = [...(config?.auths.keys() ?? [])].filter(
    name => name === key || normalizeKey(name) === normalizeKey(key),
  )
  if (config !== undefined && stale.length > 0)
    await writeAuthFile(path, { ...config.document, auths: without(config, stale) })
  const removed = erased || stale.length > 0
  return {
    server: key,
    removed,
    message: removed ? `Removing login credentials for ${key}` : `Not logged in to ${key}`,
  }
}

async function writeEntry(path: string, config: AuthFile | undefined, server: string, entry: object): Promise<void> {
  const others = config === undefined ? {} : without(config, [server])
  await writeAuthFile(path, { ...config?.document, auths: { ...others, [server]: entry } })
}

/** The `auths` as they stand in the file, unknown fields and all, without some. */
function without(config: AuthFile, servers: readonly string[]): Record<string, unknown> {
  const entries = Object.entries((config.document['auths'] ?? {}) as Record<string, unknown>)
  return Object.fromEntries(entries.filter(([name]) => !servers.includes(name)))
}
