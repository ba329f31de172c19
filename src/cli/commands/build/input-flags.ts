import { readFileSync } from 'node:fs'
import type { Command } from 'commander'
import type { BuildOptions } from '../../../api/index.ts'
import { argumentError, usage } from '../../arguments.ts'

/** Flags that say what a build reads. */
export interface InputFlags {
  readonly file?: string
  readonly pull?: boolean
}

export function addInputFlags(command: Command): Command {
  return command
    .option('-f, --file <file>', 'Dockerfile; - for standard input (default: CONTEXT/Dockerfile)')
    .option('--pull', 'Ask the registry for newer base images')
}

type Inputs = Pick<BuildOptions, 'context' | 'dockerfile' | 'pull'>

export function inputOptions(flags: InputFlags, args: readonly string[]): Inputs {
  const [context] = args
  if (context === undefined || args.length > 1)
    throw argumentError(
      `"tare build" requires exactly 1 argument, got ${args.length}`,
      'The argument is the build context, often a dot: tare build .',
    )
  if (context === '-')
    throw usage('a build context from standard input is not supported yet', 'Unpack it into a directory and name that.')
  return { context, dockerfile: flags.file === '-' ? readFileSync(0) : flags.file, pull: flags.pull }
}
