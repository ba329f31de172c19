import { readFileSync } from 'node:fs'
import type { Command } from 'commander'
import type { BuildOptions } from '../../../api/index.ts'
import { argumentError, collect } from '../../arguments.ts'
import type { CliIo } from '../../io.ts'

/** Flags that say what a build reads. */
export interface InputFlags {
  readonly file?: string
  readonly buildContext?: string[]
  readonly pull?: boolean
}

export function addInputFlags(command: Command): Command {
  return command
    .option('-f, --file <file>', 'Dockerfile; - for standard input (default: CONTEXT/Dockerfile)')
    .option(
      '--build-context <name=value>',
      'What FROM NAME and --from=NAME mean: a directory, docker-image://, oci-layout://, a Git or HTTP address, target:STAGE',
      collect,
    )
    .option('--pull', 'Ask the registry for newer base images')
}

type Inputs = Pick<BuildOptions, 'context' | 'dockerfile' | 'buildContexts' | 'pull'>

export function inputOptions(flags: InputFlags, args: readonly string[], io: Pick<CliIo, 'stdin'>): Inputs {
  const [context] = args
  if (context === undefined || args.length > 1)
    throw argumentError(
      `"tare build" requires exactly 1 argument, got ${args.length}`,
      'The argument is the build context, often a dot: tare build .',
    )
  if (context === '-' && flags.file === '-')
    throw argumentError("invalid argument: can't use stdin for both build context and dockerfile")
  return {
    context: context === '-' ? io.stdin : context,
    dockerfile: flags.file === '-' ? readFileSync(0) : flags.file,
    buildContexts: parseContexts(flags.buildContext ?? []),
    pull: flags.pull,
  }
}

/** Of contexts with the same name the last one counts, as with buildx. */
function parseContexts(words: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    words.map(word => {
      const equals = word.indexOf('=')
      if (equals < 0)
        throw argumentError(
          `invalid context value: ${word}, expected key=value`,
          'For instance --build-context base=../base.',
        )
      return [word.slice(0, equals), word.slice(equals + 1)]
    }),
  )
}
