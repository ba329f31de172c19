import { readdir, readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { errnoOf, messageOf } from '../../base/error.ts'
import type { Env } from '../env.ts'
import { bad, decodeRegistries, type RegistryRule } from './registries-conf.ts'

const SYSTEM = '/etc/containers'
const MAX_BYTES = 1024 * 1024

/**
 * Reads the rules for registries: $CONTAINERS_REGISTRIES_CONF alone when it is set; else the user's registries.conf, or
 * the system's when the user has none, and the drop-ins of both registries.conf.d. A later rule replaces an earlier one
 * of the same prefix. Throws `REGISTRY_BAD_CONFIG`.
 */
export async function loadRegistries(env: Env): Promise<RegistryRule[]> {
  const byPrefix = new Map<string, RegistryRule>()
  for (const path of await configFiles(env)) {
    const text = await readOptional(path)
    for (const rule of text === undefined ? [] : await parse(path, text)) byPrefix.set(rule.prefix, rule)
  }
  return [...byPrefix.values()]
}

async function configFiles(env: Env): Promise<string[]> {
  const named = env['CONTAINERS_REGISTRIES_CONF']
  if (named) return (await exists(named)) ? [named] : fail(named, 'ENOENT')
  const user = userFolder(env)
  const own = join(user, 'registries.conf')
  const main = (await exists(own)) ? own : join(SYSTEM, 'registries.conf')
  return [main, ...(await dropIns(SYSTEM)), ...(await dropIns(user))]
}

/** `$XDG_CONFIG_HOME/containers`. */
export function userFolder(env: Env): string {
  return join(env['XDG_CONFIG_HOME'] || join(env['HOME'] || homedir(), '.config'), 'containers')
}

async function dropIns(folder: string): Promise<string[]> {
  const dir = join(folder, 'registries.conf.d')
  try {
    const names = (await readdir(dir)).filter(name => name.endsWith('.conf')).sort()
    return names.map(name => join(dir, name))
  } catch (error) {
    return isAbsent(error) ? [] : fail(dir, messageOf(error))
  }
}

async function parse(path: string, text: string): Promise<RegistryRule[]> {
  if (/^\s*(#.*)?$/.test(text) || !/^\s*\[/m.test(text)) return []
  const { parse: parseToml } = await import('smol-toml')
  try {
    return decodeRegistries(parseToml(text), path)
  } catch (error) {
    if (errnoOf(error) === undefined && (error as { code?: string }).code === 'REGISTRY_BAD_CONFIG') throw error
    throw bad(path, messageOf(error).split('\n', 1)[0] ?? 'not TOML')
  }
}

async function readOptional(path: string): Promise<string | undefined> {
  try {
    const bytes = await readFile(path)
    return bytes.length > MAX_BYTES ? fail(path, `larger than ${MAX_BYTES} bytes`) : bytes.toString('utf8')
  } catch (error) {
    if (isAbsent(error)) return undefined
    throw errnoOf(error) === undefined ? error : bad(path, messageOf(error))
  }
}

async function exists(path: string): Promise<boolean> {
  return (await readOptional(path)) !== undefined
}

function isAbsent(error: unknown): boolean {
  return errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR'
}

function fail(path: string, why: string): never {
  throw bad(path, why)
}
