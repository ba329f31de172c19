import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeRegistriesConf } from '../registries-conf.ts'
import { startRegistry } from '../registry.ts'
import { makeBases, type Say } from './make-bases.ts'

/** The bases behind a registry that answers for docker.io in processes with `env`. */
export interface ServedBases extends AsyncDisposable {
  /** `127.0.0.1:PORT` */
  readonly host: string
  readonly env: { readonly CONTAINERS_REGISTRIES_CONF: string }
}

/** Makes the bases where needed and serves them read-only, on a free port or the one given, until disposed, or until this process ends. */
export async function serveBases(say: Say, port?: number): Promise<ServedBases> {
  const registry = await startRegistry({
    dataFolder: await makeBases(say),
    readOnly: true,
    ...(port !== undefined && { port }),
  })
  const folder = mkdtempSync(join(tmpdir(), 'tare-bases-'))
  const removeFolder = () => rmSync(folder, { recursive: true, force: true })
  process.on('exit', removeFolder)
  const registriesConf = join(folder, 'registries.conf')
  writeRegistriesConf(registriesConf, registry.host)
  return {
    host: registry.host,
    env: { CONTAINERS_REGISTRIES_CONF: registriesConf },
    async [Symbol.asyncDispose]() {
      await registry.stop()
      process.off('exit', removeFolder)
      removeFolder()
    },
  }
}
