import type { Command } from 'commander'
import type { BuildOptions } from '../../../api/index.ts'
import { collect } from '../../arguments.ts'
import { parseKeyValues } from '../key-values.ts'

/** Flags that say what becomes of the result. */
export interface OutputFlags {
  readonly tag?: string[]
  readonly label?: string[]
  readonly push?: boolean
  readonly iidfile?: string
}

export function addOutputFlags(command: Command): Command {
  return command
    .option('-t, --tag <name>', 'Name and optionally tag of the image; may be repeated', collect)
    .option('--label <name=value>', 'Label of the image; may be repeated', collect)
    .option('--push', 'Push the image under all its names')
    .option('--iidfile <file>', 'Write the image ID to a file')
}

export function outputOptions(flags: OutputFlags): Pick<BuildOptions, 'tags' | 'labels' | 'push'> {
  return { tags: flags.tag, labels: parseKeyValues('--label', flags.label ?? [], {}), push: flags.push }
}
