import { readFileSync } from 'node:fs'
import type { CheckOptions } from '../../../api/index.ts'
import { collect, newCommand, parseArguments, usage } from '../../arguments.ts'
import type { CliIo } from '../../io.ts'
import { parseKeyValues } from '../key-values.ts'

export type Format = 'text' | 'json' | 'sarif' | 'github'
const FORMATS: readonly string[] = ['text', 'json', 'sarif', 'github'] satisfies Format[]

export interface CheckFlags {
  readonly file?: string[]
  readonly format: Format
  readonly json?: boolean
  readonly skip?: string[]
  readonly experimental?: string[]
  readonly target?: string
  readonly buildArg?: string[]
  readonly platform?: string
  readonly context?: string
  readonly exitZero?: boolean
  readonly fix?: boolean
  readonly diff?: boolean
  readonly listRules?: boolean
  readonly explain?: string
}

export interface ParsedCheck {
  readonly flags: CheckFlags
  /** Paths, and the bytes of standard input. */
  readonly files: readonly (string | Uint8Array)[]
  readonly options: CheckOptions
}

export function parseCheck(argv: readonly string[], io: CliIo): ParsedCheck {
  const command = newCommand('check', 'Check Dockerfiles without building them', io)
    .usage('[OPTIONS] [FILE|DIRECTORY...]')
    .argument('[file...]', 'Dockerfiles, or directories with one; - for standard input (default: .)')
    .option('-f, --file <file>', 'Another Dockerfile; may be repeated', collect)
    .option('--format <format>', 'text, json, sarif or github', 'text')
    .option('--json', 'The same as --format json')
    .option('--skip <rule>', 'Leave a rule out, or all; may be repeated', collect)
    .option('--experimental <rule>', 'Have an experimental rule as well, or all; may be repeated', collect)
    .option('--target <stage>', 'Stage that becomes the image (default: the last)')
    .option('--build-arg <name=value>', 'Build argument; NAME alone takes the value from the environment', collect)
    .option('--platform <platform>', 'Platform of the image, linux/amd64 (default: this machine)')
    .option('--context <directory>', "Build context, for its .dockerignore (default: the Dockerfile's directory)")
    .option('--exit-zero', 'Exit with 0 whatever is found, unless the Dockerfile says check=error=true')
    .option('--fix', 'Mend what can be mended without changing what is built, and show the difference')
    .option('--diff', 'Show what --fix would change, and change nothing')
    .option('--list-rules', 'Print the rules there are')
    .option('--explain <rule>', 'Print what a rule is about')
  const { options: flags, args } = parseArguments<CheckFlags>(command, argv)
  const format = flags.json ? 'json' : flags.format
  if (!FORMATS.includes(format))
    throw usage(`invalid --format ${JSON.stringify(format)}`, `Expected one of ${FORMATS.join(', ')}.`)
  return {
    flags: { ...flags, format },
    files: filesOf([...args, ...(flags.file ?? [])]),
    options: optionsOf(flags, io),
  }
}

function filesOf(words: readonly string[]): (string | Uint8Array)[] {
  return words.length === 0 ? ['.'] : words.map(word => (word === '-' ? readFileSync(0) : word))
}

function optionsOf(flags: CheckFlags, io: CliIo): CheckOptions {
  return {
    context: flags.context,
    buildArgs: parseKeyValues('--build-arg', flags.buildArg ?? [], io.env),
    target: flags.target,
    platform: flags.platform,
    skip: namesIn(flags.skip),
    experimental: namesIn(flags.experimental),
  }
}

/** Several names may stand in one value, as in the `check=` directive. */
function namesIn(values: readonly string[] = []): string[] {
  return values.flatMap(value => value.split(',')).map(name => name.trim())
}
