/** Runs the long suites whole and writes what came of it, with date and commit, to docs/long-tests.md. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { tempFolder } from '../test/support/temp-folder.ts'
import { runCommand, runOrThrow } from './command.ts'
import { formatTable } from './markdown-table.ts'
import { runScript } from './run-script.ts'
import { CHECKOUT } from './tare.ts'

interface TestReport {
  readonly numTotalTests: number
  readonly numPassedTests: number
  readonly numFailedTests: number
  readonly numPendingTests: number
  readonly testResults: readonly {
    readonly name: string
    readonly startTime: number
    readonly endTime: number
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[]
  }[]
}

await runScript(async () => {
  using folder = tempFolder()
  const file = join(folder.path, 'report.json')
  const args = ['run', '--project', 'e2e', '--reporter', 'default', '--reporter', 'json', '--outputFile.json', file]
  const { code } = await runCommand('vitest', args, {
    cwd: CHECKOUT,
    env: { TARE_LONG: '1' },
    onOutput: text => process.stdout.write(text),
  })
  const report = JSON.parse(readFileSync(file, 'utf8')) as TestReport
  const commit = (await runOrThrow('git', ['rev-parse', '--short', 'HEAD'], { cwd: CHECKOUT })).stdout.trim()
  const dirty =
    (await runOrThrow('git', ['status', '--porcelain', '--', 'src', 'test'], { cwd: CHECKOUT })).stdout !== ''
  writeFileSync(join(CHECKOUT, 'docs/long-tests.md'), page(report, dirty ? `${commit} with changes` : commit))
  process.exitCode = code
})

function page(report: TestReport, commit: string): string {
  const rows = report.testResults.map(({ name, startTime, endTime, assertionResults }) => {
    const count = (status: string): string => String(assertionResults.filter(test => test.status === status).length)
    const seconds = ((endTime - startTime) / 1000).toFixed(0)
    return [name.slice(name.indexOf('test/e2e/')), count('passed'), count('failed'), count('pending'), seconds]
  })
  const failed = report.testResults.flatMap(({ assertionResults }) =>
    assertionResults.filter(test => test.status === 'failed'),
  )
  return `# The long suites, last run

${new Date().toISOString().slice(0, 10)}, commit ${commit}: ${report.numPassedTests} of ${report.numTotalTests} passed, ${report.numFailedTests} failed, ${report.numPendingTests} skipped.

${formatTable(['suite', 'passed', 'failed', 'skipped', 'seconds'], rows)}
${failed.map(test => `- failed: ${test.fullName}\n`).join('')}`
}
