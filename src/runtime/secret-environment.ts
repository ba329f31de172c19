import { TareError } from '../base/error.ts'
import type { RuntimeErrorCode } from './error.ts'
import { splitEnvironment } from './loader-variables.ts'
import type { ExecSpec } from './sandbox.ts'
import { shellWord } from './shell-word.ts'

/** What a POSIX shell or env(1) has in its own environment. */
const OF_SHELLS = ['PWD', 'OLDPWD', 'SHLVL', '_']

/**
 * How the built-in sandbox hands an environment to a process. Arguments can be seen by everybody on the machine, so that
 * secret variables go through the environment of a shell, which reads `exports` from a descriptor.
 */
export interface BuiltInEnvironment {
  /** Arguments for env(1), called with `ownNames` and the exports. */
  readonly envArguments: readonly string[]
  /** What only programs inside the root may see. */
  readonly inside: readonly string[]
  /** Shell text. */
  readonly exports: string
}

/** @param ownNames names in the environment of the shell */
export function builtInEnvironment(spec: ExecSpec, ownNames: readonly string[]): BuiltInEnvironment {
  const secrets = spec.secretEnv ?? []
  const names = new Set(secrets.map(nameOf))
  const { outside, inside } = splitEnvironment(spec.env.filter(pair => !names.has(nameOf(pair))))
  if (secrets.length === 0) return { envArguments: ['-i', ...outside], inside, exports: '' }
  for (const name of names) assertExportable(name)
  const unset = [...ownNames, ...OF_SHELLS].filter(name => !names.has(name)).flatMap(name => ['-u', name])
  const exports = secrets
    .map(pair => `export ${nameOf(pair)}=${shellWord(pair.slice(nameOf(pair).length + 1))}\n`)
    .join('')
  return { envArguments: [...unset, ...outside], inside, exports }
}

function assertExportable(name: string): void {
  const loader = splitEnvironment([`${name}=`]).inside.length > 0
  if (/^[A-Za-z_]\w*$/.test(name) && !loader && name !== 'PATH') return
  const hint = 'Give the variable another name, or install an OCI runtime (crun or runc).'
  const message = `passing a secret as ${JSON.stringify(name)}: the built-in sandbox cannot set this variable`
  throw new TareError<RuntimeErrorCode>('SANDBOX_FAILED', message, { hint })
}

function nameOf(pair: string): string {
  const equals = pair.indexOf('=')
  return equals < 0 ? pair : pair.slice(0, equals)
}
