import type { ConnectionOptions } from 'node:tls'

export type TlsSettings = Pick<ConnectionOptions, 'ca' | 'cert' | 'key' | 'rejectUnauthorized'>

/** How to reach one registry host. Equal keys share connections. */
export interface ConnectionSettings {
  readonly key: string
  /** Asked for when a TLS connection is to be made: reading all authorities takes some 60 ms. */
  readonly tls: () => Promise<TlsSettings>
  /** Plain HTTP is allowed: by `insecure`, or because the host is this machine. */
  readonly plainHttp: boolean
}

/** `localhost`, `*.localhost`, 127.0.0.0/8 and ::1. `host` may carry a port. */
export function isLoopback(host: string): boolean {
  const name = host.replace(/:\d+$/, '').toLowerCase()
  return /^(.+\.)?localhost$/.test(name) || /^127(\.\d{1,3}){3}$/.test(name) || name === '[::1]' || name === '::1'
}
