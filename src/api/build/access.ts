import type { GitAccess } from './clone.ts'
import { withProxyArguments } from './network.ts'
import type { BuildOptions } from './options.ts'
import { openSecrets } from './secrets.ts'
import { openAgents } from './ssh-agents.ts'

/** What a build may use to reach others, as whoever started it said. Throws `BUILD_INVALID_OPTION`. */
export function openAccess(options: BuildOptions): GitAccess {
  const env = options.env ?? process.env
  return {
    env: withProxyArguments(env, options.buildArgs ?? {}),
    secret: openSecrets(options.secrets ?? {}, env),
    sshAgent: openAgents(options.ssh ?? {}, env),
  }
}
