import { type CheckOptions, check, checkRules, TARE_VERSION } from '../../../api/index.ts'
import { isTareError, type TareError } from '../../../base/error.ts'
import { encodeText } from '../../../base/text.ts'
import type { LintResult } from '../../../record/index.ts'
import {
  formatLintGithub,
  formatLintJson,
  formatLintSarif,
  formatLintText,
  formatRules,
} from '../../../report/index.ts'
import type { CliIo } from '../../io.ts'
import { renderError } from '../../print/index.ts'
import { explainRule } from './explain.ts'
import { failureResult } from './failure-result.ts'
import { fixFiles } from './fix.ts'
import { type CheckFlags, type Format, parseCheck } from './flags.ts'

/** What was found goes to standard output; exit code 1 when that is anything, as with `docker build --check`. */
export async function checkCommand(argv: readonly string[], io: CliIo): Promise<number> {
  const { flags, files, options } = parseCheck(argv, io)
  if (flags.listRules) return print(io, formatRules(checkRules()))
  if (flags.explain !== undefined) return print(io, explainRule(flags.explain))
  if (flags.fix || flags.diff) {
    return await fixFiles(files, options, { write: !flags.diff, exitZero: flags.exitZero === true }, io)
  }
  const checked = await checkFiles(files, options, flags.format)
  print(io, FORMATS[flags.format](checked.results))
  for (const fault of checked.faults) io.stderr.write(renderError(fault))
  return exitCode(checked, flags, io)
}

function print(io: CliIo, text: string): number {
  io.stdout.write(encodeText(text))
  return 0
}

const FORMATS: Readonly<Record<Format, (results: readonly LintResult[]) => string>> = {
  text: formatLintText,
  json: formatLintJson,
  sarif: results => formatLintSarif(results, TARE_VERSION),
  github: formatLintGithub,
}

interface Checked {
  readonly results: readonly LintResult[]
  /** To be shown apart from the results. */
  readonly faults: readonly TareError[]
  /** A file cannot be read or built. */
  readonly failed: boolean
}

/** One file's fault does not hide what is found in the others; a single file's is what the command fails with. */
async function checkFiles(
  files: readonly (string | Uint8Array)[],
  options: CheckOptions,
  format: Format,
): Promise<Checked> {
  const results: LintResult[] = []
  const faults: TareError[] = []
  let failed = false
  for (const dockerfile of files) {
    try {
      const result = await check({ ...options, dockerfile })
      results.push(result)
      if (!result.fault) continue
      failed = true
      if (format === 'text') faults.push(result.fault)
    } catch (error) {
      const result = format === 'text' ? undefined : failureResult(error)
      if (result) results.push(result)
      else if (files.length === 1 || !isTareError(error)) throw error
      else faults.push(error)
      failed = true
    }
  }
  return { results, faults, failed }
}

function exitCode({ results, failed }: Checked, { exitZero }: CheckFlags, io: CliIo): number {
  const violated = new Set(
    results.filter(({ failing }) => failing).flatMap(({ findings }) => findings.map(f => f.rule)),
  )
  if (violated.size > 0) io.stderr.write(`ERROR: lint violation found for rules: ${[...violated].sort().join(', ')}\n`)
  if (failed || violated.size > 0) return 1
  return !exitZero && results.some(({ findings }) => findings.length > 0) ? 1 : 0
}
