import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { errnoOf, messageOf } from '../../base/error.ts'
import type { Env } from '../env.ts'
import { userFolder } from './load.ts'
import { bad } from './registries-conf.ts'

/** Extra authorities and the client's own certificate for one host, as PEM. */
export interface HostCertificates {
  readonly authorities: readonly string[]
  readonly cert: string | undefined
  readonly key: string | undefined
}

const HOST = /^(?!\.)[A-Za-z0-9.[\]:_-]+$/

/**
 * Reads `certs.d/<host>` of Docker and containers: `*.crt` are authorities, `*.cert` with `*.key` of the same name is the
 * client's own. Throws `REGISTRY_BAD_CONFIG` for a certificate without its key.
 */
export async function readCertificates(host: string, env: Env): Promise<HostCertificates> {
  const found: { authorities: string[]; cert?: string; key?: string } = { authorities: [] }
  if (HOST.test(host)) for (const dir of folders(host, env)) await readFolder(dir, found)
  return { authorities: found.authorities, cert: found.cert, key: found.key }
}

function folders(host: string, env: Env): string[] {
  const roots = [join(userFolder(env), 'certs.d'), '/etc/containers/certs.d', '/etc/docker/certs.d']
  return roots.map(root => join(root, host))
}

async function readFolder(dir: string, found: { authorities: string[]; cert?: string; key?: string }): Promise<void> {
  const names = await list(dir)
  for (const name of names.filter(each => each.endsWith('.crt'))) found.authorities.push(await read(join(dir, name)))
  const client = names.find(name => name.endsWith('.cert'))
  if (client === undefined || found.cert !== undefined) return
  const key = `${client.slice(0, -'.cert'.length)}.key`
  if (!names.includes(key)) throw bad(join(dir, client), `its key ${key} is missing`)
  found.cert = await read(join(dir, client))
  found.key = await read(join(dir, key))
}

async function list(dir: string): Promise<string[]> {
  try {
    return (await readdir(dir)).sort()
  } catch (error) {
    const errno = errnoOf(error)
    if (errno === 'ENOENT' || errno === 'ENOTDIR') return []
    throw bad(dir, messageOf(error))
  }
}

async function read(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    throw bad(path, errnoOf(error) ?? 'unreadable')
  }
}
