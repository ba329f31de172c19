import type { RunConfig } from '../../oci/index.ts'
import { apiError } from '../errors.ts'
import type { RunOptions } from './options.ts'

/** The argv of a container: --entrypoint also drops the image's CMD, as Docker has it. Throws `RUN_NO_COMMAND`. */
export function commandOf(config: RunConfig, options: Pick<RunOptions, 'command' | 'entrypoint'>): readonly string[] {
  const given = options.command ?? []
  const entrypoint =
    options.entrypoint === undefined ? (config.Entrypoint ?? []) : options.entrypoint === '' ? [] : [options.entrypoint]
  const cmd = given.length > 0 || options.entrypoint !== undefined ? given : (config.Cmd ?? [])
  const args = [...entrypoint, ...cmd]
  if (args.length > 0) return args
  throw apiError('RUN_NO_COMMAND', 'no command specified', {
    hint: 'The image has neither ENTRYPOINT nor CMD; name a program after the image.',
  })
}

const DEFAULT_PATH = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/** Later entries win, each name once, in the order of first appearance. */
export function environmentOf(
  config: RunConfig,
  options: Pick<RunOptions, 'environment' | 'terminal'>,
  more: { readonly hostname: string; readonly home: string },
): string[] {
  const entries = [
    DEFAULT_PATH,
    `HOSTNAME=${more.hostname}`,
    ...(options.terminal ? ['TERM=xterm'] : []),
    ...(config.Env ?? []),
    ...(options.environment ?? []),
  ]
  const byName = new Map(entries.map(entry => [entry.split('=', 1)[0] ?? entry, entry]))
  if (!byName.has('HOME')) byName.set('HOME', `HOME=${more.home}`)
  return [...byName.values()]
}
