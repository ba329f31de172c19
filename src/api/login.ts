import type { LoginRequest, LoginResult, LogoutResult } from '../registry/index.ts'
import type { Environment } from './workspace.ts'

export interface LoginOptions extends LoginRequest {
  readonly env?: Environment | undefined
  readonly signal?: AbortSignal | undefined
}

/** Checks credentials with the registry, then keeps them where docker login does. */
export async function login(options: LoginOptions): Promise<LoginResult> {
  await using registry = await openClient(options.env)
  return await registry.login(options, options.signal)
}

export async function logout(server: string | undefined, env?: Environment): Promise<LogoutResult> {
  await using registry = await openClient(env)
  return await registry.logout(server)
}

async function openClient(env: Environment | undefined) {
  const { openRegistry } = await import('../registry/index.ts')
  const { TARE_VERSION } = await import('./version.ts')
  return openRegistry({ env: env ?? process.env, userAgent: `tare/${TARE_VERSION}` })
}
