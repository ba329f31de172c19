import type { Env } from '../env.ts'
import { type ConnectionSettings, isLoopback, type TlsSettings } from '../transport/connection.ts'
import { readCertificates } from './certificates.ts'

/** The connection settings of a host. Nothing is read before the first TLS connection. */
export function connectionSettings(host: string, insecure: boolean, env: Env): ConnectionSettings {
  return {
    key: `${host} ${insecure}`,
    plainHttp: insecure || isLoopback(host),
    tls: () => tlsSettings(host, insecure, env),
  }
}

/** Authorities: Node's, the system's, and the host's own from certs.d. */
async function tlsSettings(host: string, insecure: boolean, env: Env): Promise<TlsSettings> {
  const { authorities, cert, key } = await readCertificates(host, env)
  const client = cert === undefined || key === undefined ? {} : { cert, key }
  return { ca: [...(await trustedAuthorities()), ...authorities], ...client, rejectUnauthorized: !insecure }
}

let shared: Promise<string[]> | undefined

/** PEM of Node's and the system's authorities. */
export function trustedAuthorities(): Promise<string[]> {
  shared ??= import('node:tls').then(tls => [
    ...new Set([...tls.getCACertificates('default'), ...tls.getCACertificates('system')]),
  ])
  return shared
}
