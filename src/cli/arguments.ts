import { Command, CommanderError } from 'commander'
import { TareError } from '../base/error.ts'
import { suggest } from '../base/suggest.ts'
import { withoutBooleanValues } from './boolean-values.ts'
import { adviceForFlag } from './docker-words.ts'
import type { CliIo } from './io.ts'

export type CliErrorCode = 'CLI_USAGE' | 'CLI_ARGUMENTS' | 'CLI_UNKNOWN_VERB' | 'CLI_NOT_SUPPORTED'

/** What a parsed command line gives: options by camel-cased name, and the words that are no options. */
export interface Parsed<Options> {
  readonly options: Options
  readonly args: string[]
}

/** Thrown after `--help` was printed. */
export class HelpShown extends Error {}

/** A command with Docker's conventions, for the verb `name` (`image ls`); texts go where `io` says. */
export function newCommand(name: string, summary: string, io: CliIo): Command {
  return new Command(`tare ${name}`)
    .description(summary)
    .exitOverride()
    .showSuggestionAfterError(false)
    .helpOption('--help', 'Show this help')
    .configureOutput({ writeOut: text => io.stdout.write(text), writeErr: () => undefined })
}

/** Parses or throws: `CLI_USAGE` with Docker's hint, with advice where Docker has a flag that Tare has not. */
export function parseArguments<Options>(
  command: Command,
  argv: readonly string[],
  { passThrough = false } = {},
): Parsed<Options> {
  try {
    command.passThroughOptions(passThrough)
    command.parse(withoutBooleanValues(command, argv, passThrough), { from: 'user' })
    return { options: command.opts() as Options, args: command.args }
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    if (error.code === 'commander.helpDisplayed' || error.code === 'commander.help') throw new HelpShown()
    throw usageError(command, error)
  }
}

function usageError(command: Command, error: CommanderError): TareError<CliErrorCode> {
  const name = command.name()
  if (error.code !== 'commander.unknownOption') {
    return new TareError('CLI_USAGE', sentence(error.message), { hint: `See '${name} --help'.` })
  }
  const flag = /'([^']+)'/.exec(error.message)?.[1] ?? ''
  const advice = adviceForFlag(name.replace(/^tare /, ''), flag)
  if (advice !== undefined) return new TareError('CLI_NOT_SUPPORTED', `tare has no ${flag}`, { hint: advice })
  const near = suggest(
    flag,
    command.options.flatMap(option => [option.long, option.short]).filter(known => known != null),
  )
  return new TareError('CLI_USAGE', `unknown flag: ${flag}`, {
    hint: near === undefined ? `See '${name} --help'.` : `Did you mean ${near}? See '${name} --help'.`,
  })
}

/** Commander's text as Tare words it: no prefix, no full stop. */
function sentence(message: string): string {
  return message.replace(/^error: /, '').replace(/\.$/, '')
}

/** For options that may be given several times. */
export function collect(value: string, previous: readonly string[] = []): string[] {
  return [...previous, value]
}

/** Arguments that make no sense: exit code 1 where a wrong flag is 125, as with docker. */
export function argumentError(message: string, hint?: string): TareError<CliErrorCode> {
  return new TareError('CLI_ARGUMENTS', message, { hint })
}

export function usage(message: string, hint?: string): TareError<CliErrorCode> {
  return new TareError('CLI_USAGE', message, { hint })
}
