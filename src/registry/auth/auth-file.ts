import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { errnoOf } from '../../base/error.ts'
import type { Env } from '../env.ts'
import { registryError } from '../errors.ts'

/** One entry of `auths`. All fields are secrets. */
export interface AuthEntry {
  readonly auth?: string | undefined
  readonly username?: string | undefined
  readonly password?: string | undefined
  readonly identitytoken?: string | undefined
  readonly registrytoken?: string | undefined
}

export interface AuthFile {
  readonly auths: ReadonlyMap<string, AuthEntry>
  readonly credHelpers: ReadonlyMap<string, string>
  readonly credsStore: string | undefined
  /** The whole document, for writing it back with its unknown fields. */
  readonly document: Readonly<Record<string, unknown>>
}

const MAX_BYTES = 4 * 1024 * 1024

/** Where credentials are read from, in order. A file named by $REGISTRY_AUTH_FILE comes first: somebody asked for it. */
export function authFiles(env: Env): string[] {
  const containers = [env['XDG_RUNTIME_DIR'], env['XDG_CONFIG_HOME'] || join(homeOf(env), '.config')]
  const named = env['REGISTRY_AUTH_FILE'] ? [env['REGISTRY_AUTH_FILE']] : []
  return [...named, dockerConfigFile(env), ...containers.filter(Boolean).map(dir => `${dir}/containers/auth.json`)]
}

/** Where `login` writes: the file that is read first. */
export function loginFile(env: Env): string {
  return env['REGISTRY_AUTH_FILE'] || dockerConfigFile(env)
}

function dockerConfigFile(env: Env): string {
  return join(env['DOCKER_CONFIG'] || join(homeOf(env), '.docker'), 'config.json')
}

function homeOf(env: Env): string {
  return env['HOME'] || homedir()
}

/** Undefined when there is no such file. Throws `REGISTRY_BAD_CONFIG` without a word of what is in it. */
export async function readAuthFile(path: string): Promise<AuthFile | undefined> {
  const text = await readText(path)
  if (text === undefined) return undefined
  const document = asRecord(text.trim() === '' ? {} : parseJson(path, text))
  if (document === undefined) throw bad(path, 'expected a JSON object')
  const auths = Object.entries(asRecord(document['auths']) ?? {})
  const helpers = Object.entries(asRecord(document['credHelpers']) ?? {})
  return {
    auths: new Map(auths.map(([key, value]) => [key, toEntry(value)])),
    credHelpers: new Map(helpers.flatMap(([key, value]) => (typeof value === 'string' ? [[key, value] as const] : []))),
    credsStore: textOf(document['credsStore']),
    document,
  }
}

async function readText(path: string): Promise<string | undefined> {
  try {
    const bytes = await readFile(path)
    if (bytes.length > MAX_BYTES) throw bad(path, `larger than ${MAX_BYTES} bytes`)
    return bytes.toString('utf8')
  } catch (error) {
    const errno = errnoOf(error)
    if (errno === 'ENOENT' || errno === 'ENOTDIR') return undefined
    if (errno !== undefined) throw bad(path, errno)
    throw error
  }
}

/** V8's own message quotes the text, and the text holds secrets. */
function parseJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw bad(path, 'not JSON')
  }
}

function toEntry(value: unknown): AuthEntry {
  const record = asRecord(value) ?? {}
  return {
    auth: textOf(record['auth']),
    username: textOf(record['username']),
    password: textOf(record['password']),
    identitytoken: textOf(record['identitytoken']),
    registrytoken: textOf(record['registrytoken']),
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

function asRecord(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined
}

function bad(path: string, why: string): Error {
  return registryError('REGISTRY_BAD_CONFIG', `reading credentials from ${path}: ${why}`, { facts: { path } })
}
