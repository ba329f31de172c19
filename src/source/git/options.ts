/** What fetching from Git repositories needs to know beside the address. */
export interface GitOptions {
  /** PATH, the proxies and the certificates of TLS are taken from it, and no more. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** Looks secrets up by id: GIT_AUTH_HEADER and GIT_AUTH_TOKEN, each also with `.HOST`, which is asked for first. */
  readonly secret?: ((id: string) => string | undefined | Promise<string | undefined>) | undefined
  /** The ssh agent whose keys may be used; ssh servers get no others. */
  readonly sshSocket?: string | undefined
  /** The user's known_hosts: a server known there must have the same key, others are taken as they come. */
  readonly knownHosts?: string | undefined
  /** Milliseconds that a server may keep silent; IDLE_TIMEOUT_MS when not given. */
  readonly idleTimeoutMs?: number | undefined
  readonly signal?: AbortSignal | undefined
}

export const IDLE_TIMEOUT_MS = 300_000
