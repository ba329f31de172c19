import type { Network } from '../../source/index.ts'
import type { Environment } from '../workspace.ts'

const PROXIES = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'NO_PROXY']

/** Downloads go through the same proxies and trust the same authorities as the registry client. */
export async function networkOf(env: Environment): Promise<Network> {
  const { proxyFor, trustedAuthorities } = await import('../../registry/index.ts')
  return { proxyFor: url => proxyFor(url, env), authorities: trustedAuthorities }
}

/** The environment in which the build's proxy arguments, in either case, stand for the caller's proxies. */
export function withProxyArguments(env: Environment, buildArgs: Readonly<Record<string, string>>): Environment {
  const given = PROXIES.map(name => [name, buildArgs[name] ?? buildArgs[name.toLowerCase()]] as const)
  const set = given.filter(([, value]) => value !== undefined)
  return {
    ...env,
    ...Object.fromEntries(
      set.flatMap(([name, value]) => [
        [name, value],
        [name.toLowerCase(), value],
      ]),
    ),
  }
}
