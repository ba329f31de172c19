import type { Command } from 'commander'
import { type BuildOptions, buildCheck, buildOutline, buildTargets } from '../../../api/index.ts'
import {
  formatDockerCheckJson,
  formatLintText,
  formatOutline,
  formatOutlineJson,
  formatTargets,
  formatTargetsJson,
} from '../../../report/index.ts'
import { usage } from '../../arguments.ts'
import type { CliIo } from '../../io.ts'
import { renderError } from '../../print/index.ts'

/** Flags that ask for something else than an image. */
export interface CallFlags {
  readonly call?: string
  readonly check?: boolean
}

const METHODS = ['build', 'check', 'outline', 'targets'] as const
type Method = (typeof METHODS)[number]

export interface Call {
  readonly method: Method
  readonly json: boolean
}

export function addCallFlags(command: Command): Command {
  return command
    .option(
      '--call <method>',
      'build, or check, outline or targets[,format=json] to see what a build would do',
      'build',
    )
    .option('--check', 'The same as --call=check')
}

/** `check,format=json`; the last of two methods counts, and `lint` is another name of `check`. */
export function callOf({ call = 'build', check }: CallFlags): Call {
  const [written = '', ...fields] = check ? ['check'] : call.split(',')
  const name = written === 'lint' ? 'check' : written
  const method = METHODS.find(each => each === name)
  if (!method) throw usage(`invalid --call ${JSON.stringify(written)}`, `Expected one of ${METHODS.join(', ')}.`)
  const formats = fields.map(field => /^format=(json|text)$/.exec(field)?.[1])
  if (formats.includes(undefined))
    throw usage(`invalid --call ${JSON.stringify(call)}`, 'A method may be followed by ,format=json and nothing else.')
  return { method, json: formats.at(-1) === 'json' }
}

/** Prints what was asked for. Exit code 1 when a check found something, as with docker. */
export async function runCall({ method, json }: Call, options: BuildOptions, io: CliIo): Promise<number> {
  if (method === 'check') return await runCheck(json, options, io)
  if (method === 'outline') {
    const outline = await buildOutline(options)
    io.stdout.write(json ? formatOutlineJson(outline) : formatOutline(outline))
  } else {
    const targets = await buildTargets(options)
    io.stdout.write(json ? formatTargetsJson(targets) : formatTargets(targets))
  }
  return 0
}

async function runCheck(json: boolean, options: BuildOptions, io: CliIo): Promise<number> {
  const result = await buildCheck(options)
  io.stdout.write(json ? formatDockerCheckJson(result) : formatLintText([result]))
  if (result.failing) {
    const rules = [...new Set(result.findings.map(({ rule }) => rule))].sort()
    io.stderr.write(`ERROR: lint violation found for rules: ${rules.join(', ')}\n`)
  }
  if (result.fault && !json) io.stderr.write(renderError(result.fault, { solving: true }))
  return result.findings.length > 0 || result.fault ? 1 : 0
}
