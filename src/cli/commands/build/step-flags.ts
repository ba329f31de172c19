import type { Command } from 'commander'
import type { BuildOptions } from '../../../api/index.ts'
import { usage } from '../../arguments.ts'

/** Flags about RUN steps. */
export interface StepFlags {
  readonly network?: string
}

const NETWORKS: readonly string[] = ['default', 'host', 'none']

export function addStepFlags(command: Command): Command {
  return command.option('--network <mode>', 'Network of RUN steps: default, host or none')
}

export function stepOptions(flags: StepFlags): Pick<BuildOptions, 'network'> {
  if (flags.network !== undefined && !NETWORKS.includes(flags.network))
    throw usage(`invalid --network ${JSON.stringify(flags.network)}`, `Expected one of ${NETWORKS.join(', ')}.`)
  return { network: flags.network as BuildOptions['network'] }
}
