import type { Env } from '../env.ts'
import { type AuthEntry, authFiles, readAuthFile } from './auth-file.ts'
import { helperFor, helperGet } from './helper.ts'
import type { Credentials } from './secret.ts'
import { keysFor, normalizeKey, serverKey } from './server-key.ts'

/**
 * The credentials for a repository, undefined when nobody has any (anonymous). Files are asked in order, in each the
 * host's credential helper before its own entries; the longest matching path wins (containers-auth.json(5)).
 */
export async function findCredentials(
  env: Env,
  host: string,
  path: string,
  signal?: AbortSignal,
): Promise<Credentials | undefined> {
  for (const file of authFiles(env)) {
    const config = await readAuthFile(file)
    if (config === undefined) continue
    const helper = helperFor(config, host)
    const fromHelper = helper === undefined ? undefined : await helperGet(helper, serverKey(host), env, signal)
    const found = fromHelper ?? matchEntry(config.auths, host, path)
    if (found !== undefined) return found
  }
  return undefined
}

function matchEntry(auths: ReadonlyMap<string, AuthEntry>, host: string, path: string): Credentials | undefined {
  const byKey = new Map([...auths].map(([key, entry]) => [normalizeKey(key), entry]))
  for (const key of keysFor(host, path)) {
    const entry = byKey.get(key)
    const found = entry && entryCredentials(entry)
    if (found !== undefined) return found
  }
  return undefined
}

function entryCredentials(entry: AuthEntry): Credentials | undefined {
  if (entry.identitytoken) return { type: 'identity', token: entry.identitytoken }
  if (entry.registrytoken) return { type: 'bearer', token: entry.registrytoken }
  const decoded = entry.auth ? Buffer.from(entry.auth, 'base64').toString('utf8').replace(/\0+$/, '') : ''
  const colon = decoded.indexOf(':')
  const username = colon < 0 ? entry.username : decoded.slice(0, colon)
  const password = colon < 0 ? entry.password : decoded.slice(colon + 1)
  return username && password !== undefined ? { type: 'basic', username, password } : undefined
}
