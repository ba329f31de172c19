import { BlockList, isIP, isIPv4 } from 'node:net'
import type { Env } from '../env.ts'
import { isLoopback } from './connection.ts'

/** The proxy for a URL by HTTP_PROXY, HTTPS_PROXY and NO_PROXY (either case). Loopback is never proxied. */
export function proxyFor(url: URL, env: Env): string | undefined {
  const proxy = read(env, url.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY')
  if (proxy === undefined || isLoopback(url.host)) return undefined
  const port = url.port || (url.protocol === 'https:' ? '443' : '80')
  if (isExempt(url.hostname.replace(/^\[|\]$/g, '').toLowerCase(), port, read(env, 'NO_PROXY') ?? '')) return undefined
  return proxy.includes('://') ? proxy : `http://${proxy}`
}

function isExempt(host: string, port: string, list: string): boolean {
  return list
    .split(/[\s,]+/)
    .filter(Boolean)
    .some(entry => matches(host, port, entry.toLowerCase()))
}

/** `*`, `host[:port]` with its subdomains, `.domain`, an address, or a CIDR block. */
function matches(host: string, port: string, entry: string): boolean {
  if (entry === '*') return true
  if (entry.includes('/')) return inBlock(host, entry)
  const [, name = entry, wantedPort] = /^(\[[^\]]+\]|[^:]+)(?::(\d+))?$/.exec(entry) ?? []
  if (wantedPort !== undefined && wantedPort !== port) return false
  const bare = name.replace(/^\*?\.|^\[|\]$/g, '')
  return host === bare || (isIP(host) === 0 && host.endsWith(`.${bare}`))
}

function inBlock(host: string, entry: string): boolean {
  const [address = '', bits = ''] = entry.split('/')
  if (isIP(host) === 0 || isIP(address) === 0 || !/^\d{1,3}$/.test(bits)) return false
  const family = isIPv4(address) ? 'ipv4' : 'ipv6'
  if (Number(bits) > (family === 'ipv4' ? 32 : 128)) return false
  const block = new BlockList()
  block.addSubnet(address, Number(bits), family)
  return block.check(host, isIPv4(host) ? 'ipv4' : 'ipv6')
}

function read(env: Env, name: string): string | undefined {
  return env[name.toLowerCase()] || env[name] || undefined
}
