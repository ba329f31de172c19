import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { tareOrThrow, tareProgram } from '../scripts/tare.ts'
import { peersDockerOrThrow } from '../test/support/peers.ts'
import { SHARED } from '../test/support/shared.ts'
import { type Measured, measure } from './measure.ts'
import type { Workload } from './workload.ts'

/** A builder under measurement. */
export interface Builder extends AsyncDisposable {
  readonly name: string
  /** Forgets all builds and fetches the bases. */
  forget(workload: Workload): Promise<void>
  build(workload: Workload, context: string): Promise<Measured>
}

/** Tare with a fresh store for every cold build; `folder` is where the stores go. */
export function tareBuilder(folder: string, registriesConf: string): Builder {
  let root = ''
  const env = () => ({ TARE_ROOT: root, CONTAINERS_REGISTRIES_CONF: registriesConf })
  const remove = () => root !== '' && rmSync(root, { recursive: true, force: true })
  return {
    name: 'tare',
    async forget({ bases }) {
      remove()
      root = mkdtempSync(join(folder, 'store-'))
      for (const base of bases) {
        await tareOrThrow(['pull', base], { env: env() })
        // Pulling stores the layers; a build of nothing unpacks them.
        await tareOrThrow(['build', '-q', '-f', '-', folder], { env: env(), input: `FROM ${base}\nRUN :\n` })
      }
    },
    build: ({ dockerfile, state }, context) =>
      measure(
        tareProgram(),
        ['build', '-q', ...coldFlags(state), '-t', 'bench', '-f', join(context, dockerfile), context],
        env(),
      ),
    async [Symbol.asyncDispose]() {
      remove()
    },
  }
}

/** sid's docker with BuildKit. Its memory is the daemon's and not measured here: see peers.md. */
export function dockerBuilder(): Builder {
  return {
    name: 'docker',
    async forget({ bases }) {
      await peersDockerOrThrow(['builder', 'prune', '--all', '--force'])
      for (const base of bases) await peersDockerOrThrow(['pull', '-q', base])
    },
    build: ({ dockerfile, state }, context) =>
      measure(join(SHARED, 'tools/peers/do'), [
        'docker',
        'build',
        '-q',
        ...coldFlags(state),
        '--network',
        'host',
        '-t',
        'bench',
        '-f',
        join(context, dockerfile),
        context,
      ]),
    async [Symbol.asyncDispose]() {
      await peersDockerOrThrow(['builder', 'prune', '--all', '--force'])
    },
  }
}

/** Builders may know that the same command on the same files gives the same result; a cold build is to run everything. */
function coldFlags(state: Workload['state']): string[] {
  return state === 'cold' ? ['--no-cache'] : []
}
