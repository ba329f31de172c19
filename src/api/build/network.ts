import type { Network } from '../../source/index.ts'
import type { Environment } from '../workspace.ts'

/** Downloads go through the same proxies and trust the same authorities as the registry client. */
export async function networkOf(env: Environment): Promise<Network> {
  const { proxyFor, trustedAuthorities } = await import('../../registry/index.ts')
  return { proxyFor: url => proxyFor(url, env), authorities: trustedAuthorities }
}
