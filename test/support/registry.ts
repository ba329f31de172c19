import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runOrThrow } from '../../scripts/command.ts'
import { writeRegistriesConf } from '../../scripts/registries-conf.ts'
import { type RunningRegistry, startRegistry } from '../../scripts/registry.ts'
import { tempFolder } from './temp-folder.ts'

export interface TestRegistry extends RunningRegistry {
  /** Makes docker.io names mean this registry. */
  readonly env: { readonly CONTAINERS_REGISTRIES_CONF: string }
}

export interface TestRegistryOptions {
  /** Asks for this user by HTTP basic authentication. */
  readonly user?: { readonly name: string; readonly password: string }
}

/** A real docker-registry on loopback with an empty folder of its own. Needs htpasswd (apache2-utils) for a user. */
export async function startTestRegistry(options: TestRegistryOptions = {}): Promise<TestRegistry> {
  const folder = tempFolder()
  const configuration = options.user && (await basicAuthentication(folder.path, options.user))
  const registry = await startRegistry({
    dataFolder: join(folder.path, 'data'),
    ...(configuration && { configuration }),
  })
  const registriesConf = join(folder.path, 'registries.conf')
  writeRegistriesConf(registriesConf, registry.host)
  return {
    ...registry,
    env: { CONTAINERS_REGISTRIES_CONF: registriesConf },
    async [Symbol.asyncDispose]() {
      await registry.stop()
      folder[Symbol.dispose]()
    },
  }
}

async function basicAuthentication(folder: string, user: { name: string; password: string }) {
  const { stdout } = await runOrThrow('htpasswd', ['-nbB', user.name, user.password])
  const path = join(folder, 'htpasswd')
  writeFileSync(path, stdout)
  return { auth: { htpasswd: { realm: 'tests', path } } }
}
